import { FIELDS } from '../index/fields.ts';
import { allOf, anyOf, oneOf, type Query } from './query-dsl.ts';

/** The resources with some ids, by type, in a search of some types. */
export function withIds(types: readonly string[], found: ReadonlyMap<string, readonly string[]>): Query {
  return anyOf(
    [...found].map(([type, ids]) => {
      const byId = oneOf(FIELDS.id, ids);
      // Ids count within their type.
      return types.length === 1 ? byId : allOf([oneOf(FIELDS.type, [type]), byId]);
    }),
  );
}
