import type { ValueTest } from '../../../fhir/search/search-query.ts';
import {
  bothTerm,
  codeTerm,
  exactCodeTerm,
  FIELDS,
  fieldOf,
  parameterTerm,
  systemTerm,
  wholeTerm,
} from '../index/fields.ts';
import { quantityQuery } from './compile-quantities.ts';
import { dateQuery, numberQuery } from './compile-ranges.ts';
import { stringQuery, tokenTextQuery, uriQuery, urlQuery } from './compile-texts.ts';
import { anyOf, oneOf, type Query } from './query-dsl.ts';

/** Whether the codes of a system tell upper from lower case. */
export type IsCaseSensitive = (system: string) => boolean;

/**
 * The condition that a value of a parameter passes one of some tests.
 *
 * @param path What field names begin with: '' for the resource's own values, `group.` for those of a composite's group.
 */
export function matchQuery(
  isCaseSensitive: IsCaseSensitive,
  path: string,
  parameter: string,
  tests: readonly ValueTest[],
): Query {
  const tokens: string[] = [];
  const references: string[] = [];
  const exact: string[] = [];
  const quantities: (ValueTest & { readonly kind: 'quantity' })[] = [];
  const others: Query[] = [];
  for (const test of tests) {
    switch (test.kind) {
      case 'token':
        if (test.code === undefined && test.system === undefined)
          others.push({ prefix: { [`${path}${FIELDS.token}`]: systemTerm(parameter, '') } });
        else tokens.push(...tokenTerms(isCaseSensitive, parameter, test.system, test.code));
        break;
      case 'token-in':
        for (const { system, codes } of test.sets)
          if (codes === undefined) tokens.push(systemTerm(parameter, system));
          else for (const code of codes) tokens.push(...tokenTerms(isCaseSensitive, parameter, system, code));
        break;
      case 'token-text':
        others.push(tokenTextQuery(path, parameter, test));
        break;
      case 'reference':
        references.push(wholeTerm(parameter, `${test.type}/${test.id}`));
        break;
      case 'reference-url':
        others.push(urlQuery(path, parameter, test));
        break;
      case 'string':
        if (test.match === 'exact') exact.push(wholeTerm(parameter, test.text));
        else others.push(stringQuery(path, parameter, test));
        break;
      case 'uri':
        others.push(uriQuery(path, parameter, test));
        break;
      case 'date':
        others.push(dateQuery(`${path}${fieldOf('date', parameter)}`, test));
        break;
      case 'number':
        others.push(numberQuery(`${path}${fieldOf('number', parameter)}`, test));
        break;
      case 'quantity':
        quantities.push(test);
    }
  }
  return anyOf([
    oneOf(`${path}${FIELDS.token}`, tokens),
    oneOf(`${path}${FIELDS.reference}`, references),
    oneOf(`${path}${FIELDS.exact}`, exact),
    quantityQuery(path, parameter, quantities),
    ...mergedTerms(others),
  ]);
}

/** A composite: in one group, for every part, a value that passes its test. */
export function compositeQuery(
  isCaseSensitive: IsCaseSensitive,
  parameter: string,
  tuples: readonly (readonly ValueTest[])[],
): Query {
  const path = FIELDS.group;
  return anyOf(
    tuples.map((tuple) => ({
      nested: {
        path,
        query: {
          bool: {
            filter: tuple.map((test, i) => matchQuery(isCaseSensitive, `${path}.`, `${parameter}$${i}`, [test])),
          },
        },
      },
    })),
  );
}

/** There is an entry for the parameter; a composite has entries under its parts' names alone. */
export function presentQuery(parameter: string): Query {
  return oneOf(FIELDS.has, [parameterTerm(parameter), parameterTerm(`${parameter}$0`)]);
}

/**
 * The terms of a token. Case is ignored but in systems known to tell it apart
 * (https://hl7.org/fhir/R4/search.html#token: "when in doubt, servers SHOULD treat tokens in a case-insensitive manner").
 */
function tokenTerms(
  isCaseSensitive: IsCaseSensitive,
  parameter: string,
  system: string | undefined,
  code: string | undefined,
): readonly string[] {
  if (code === undefined) return [systemTerm(parameter, system ?? '')];
  const folded = code.toLowerCase();
  if (system !== undefined) return [bothTerm(parameter, system, isCaseSensitive(system) ? code : folded)];
  return [codeTerm(parameter, folded), exactCodeTerm(parameter, code)];
}

/** Single terms of one field as one list: there may be thousands. */
function mergedTerms(queries: readonly Query[]): readonly Query[] {
  const terms = new Map<string, string[]>();
  const rest = queries.filter(({ term }) => {
    const [[field, value] = []] = term === undefined ? [] : Object.entries(term);
    if (field === undefined || typeof value !== 'string') return true;
    const alike = terms.get(field);
    if (alike === undefined) terms.set(field, [value]);
    else alike.push(value);
    return false;
  });
  return [...rest, ...[...terms].map(([field, values]) => oneOf(field, values))];
}
