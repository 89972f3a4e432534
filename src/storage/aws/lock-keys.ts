import { createHash } from 'node:crypto';
import type { IndexResource } from '../../fhir/index/index-entry.ts';
import type { Filter, SearchQuery } from '../../fhir/search/search-query.ts';
import type { Change } from '../store.ts';

/** The parameter by which conditional interactions nearly always find what they mean. */
const IDENTIFIER = 'identifier';

/**
 * The locks of a condition. One that asks for an identifier has those of its values: whoever writes a resource with that identifier under a
 * condition counts the same ones, whatever the condition says. Any other has that of its text.
 */
export function conditionKeys({ types, filter }: SearchQuery): readonly string[] {
  const codes = identifierCodes(filter);
  const values = codes ?? [JSON.stringify(filter)];
  const kind = codes === undefined ? 'query' : IDENTIFIER;
  return types.flatMap((type) => values.map((value) => key(type, kind, value)));
}

/** The locks of what is written: its identifiers. */
export function contentKeys(changes: readonly Change[], index: IndexResource): readonly string[] {
  const keys = new Set<string>();
  for (const { type, content } of changes) {
    if (content === undefined) continue;
    for (const entry of index(content.resource)) {
      if (entry.kind === 'token' && entry.parameter === IDENTIFIER) keys.add(key(type, IDENTIFIER, fold(entry.code)));
    }
  }
  return [...keys];
}

/** The values one of which what matches must have as its identifier; undefined when it need have none. */
function identifierCodes(filter: Filter): readonly string[] | undefined {
  if (filter.op === 'and') {
    for (const each of filter.filters) {
      const codes = identifierCodes(each);
      if (codes !== undefined) return codes;
    }
    return undefined;
  }
  if (filter.op === 'or' && filter.filters.length > 0) {
    const each = filter.filters.map(identifierCodes);
    return each.some((codes) => codes === undefined) ? undefined : each.flatMap((codes) => codes ?? []);
  }
  if (filter.op !== 'match' || filter.parameter !== IDENTIFIER || filter.tests.length === 0) return undefined;
  const codes: string[] = [];
  for (const test of filter.tests) {
    if (test.kind !== 'token' || test.code === undefined) return undefined;
    codes.push(fold(test.code));
  }
  return codes;
}

/** Where case does not count, all cases have one lock; where it does, that is one too few at worst. */
function fold(code: string): string {
  return code.toLowerCase();
}

/** Nothing of a patient stands in a key. */
function key(type: string, kind: string, value: string): string {
  return `${type}/${createHash('sha256').update(`${kind}\n${value}`).digest('base64url')}`;
}
