import type { CompositeForm } from '../definitions/shared-index.ts';
import { allOf, anyOf } from './filters.ts';
import type { SearchContext } from './search-context.ts';
import type { Filter, ValueTest } from './search-query.ts';

type Context = Pick<SearchContext, 'definitions'>;

/** One entry of the parameter of a type passes one of the tests, under whatever codes its values stand. `derived`: `:identifier`, say. */
export function matching(
  { definitions }: Context,
  type: string,
  code: string,
  tests: readonly ValueTest[],
  derived = '',
): Filter {
  const codes = definitions.sharedIndex(type).codesOf(code);
  return anyOf(codes.map((one) => ({ op: 'match', parameter: `${one}${derived}`, tests })));
}

/** There is no entry for the parameter of a type; for a composite: no element has all parts. */
export function missing({ definitions }: Context, type: string, code: string): Filter {
  const { codesOf, composite } = definitions.sharedIndex(type);
  const forms = composite(code);
  if (forms.length > 0) return allOf(forms.map(unfulfilled));
  return allOf(codesOf(code).map((parameter) => ({ op: 'missing', parameter })));
}

function unfulfilled(form: CompositeForm): Filter {
  if (form.kind === 'grouped') return { op: 'missing', parameter: form.code };
  return anyOf(form.parts.map((codes) => allOf(codes.map((parameter) => ({ op: 'missing', parameter })))));
}

/** The composite of a type is fulfilled by one of the tuples: a test for each of its parts. */
export function fulfilling(
  { definitions }: Context,
  type: string,
  code: string,
  tuples: readonly (readonly ValueTest[])[],
): Filter {
  return anyOf(
    definitions
      .sharedIndex(type)
      .composite(code)
      .map((form) => {
        if (form.kind === 'grouped') return { op: 'composite', parameter: form.code, tuples };
        return anyOf(tuples.map((tests) => allOf(tests.map((test, n) => partMatches(form.parts[n] ?? [], test)))));
      }),
  );
}

function partMatches(codes: readonly string[], test: ValueTest): Filter {
  return anyOf(codes.map((parameter) => ({ op: 'match', parameter, tests: [test] })));
}
