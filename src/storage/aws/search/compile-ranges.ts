import type { ValueTest } from '../../../fhir/search/search-query.ts';
import { anyOf, type Query, type RangeBounds } from './query-dsl.ts';

type RangeTest = Pick<ValueTest & { readonly kind: 'number' }, 'prefix' | 'low' | 'high'>;

/** A date test over a field of [low, high) ranges: the table in search-query.ts. */
export function dateQuery(field: string, { prefix, low, high }: RangeTest): Query {
  const within = inside(field, { gte: low, lt: high });
  const after = meets(field, { gte: high });
  const before = meets(field, { lt: low });
  switch (prefix) {
    case 'eq':
      return within;
    case 'ne':
      return anyOf([before, after]);
    case 'gt':
      return after;
    case 'lt':
      return before;
    case 'ge':
      return anyOf([after, within]);
    case 'le':
      return anyOf([before, within]);
    case 'sa':
      return inside(field, { gte: high });
    case 'eb':
      return inside(field, { lt: low });
    case 'ap':
      return meets(field, { gte: low, lt: high });
  }
}

/** A number test over a field of closed ranges, most of which are points. */
export function numberQuery(field: string, { prefix, low, high }: RangeTest): Query {
  switch (prefix) {
    case 'eq':
      return inside(field, { gte: low, lt: high });
    case 'ne':
      return anyOf([meets(field, { lt: low }), meets(field, { gte: high })]);
    case 'gt':
      return meets(field, { gt: low });
    case 'lt':
      return meets(field, { lt: low });
    case 'ge':
      return meets(field, { gte: low });
    case 'le':
      return meets(field, { lte: low });
    case 'sa':
      return inside(field, { gt: low });
    case 'eb':
      return inside(field, { lt: low });
    case 'ap':
      return meets(field, { gte: low, lte: high });
  }
}

/** A date test of an instant to the ms, [t, t + 1), in a plain field. */
export function instantQuery(field: string, { prefix, low, high }: RangeTest): Query {
  switch (prefix) {
    case 'eq':
    case 'ap':
      return range(field, { gte: low, lt: high });
    case 'ne':
      return anyOf([range(field, { lt: low }), range(field, { gte: high })]);
    case 'gt':
    case 'sa':
      return range(field, { gte: high });
    case 'lt':
    case 'eb':
      return range(field, { lt: low });
    case 'ge':
      return range(field, { gte: low });
    case 'le':
      return range(field, { lt: high });
  }
}

/** The whole of a range lies within the bounds. */
function inside(field: string, bounds: RangeBounds): Query {
  return range(field, { ...bounds, relation: 'WITHIN' });
}

/** Some of a range lies within the bounds. */
function meets(field: string, bounds: RangeBounds): Query {
  return range(field, { ...bounds, relation: 'INTERSECTS' });
}

/** JSON has no infinity: an open bound is left out. */
function range(field: string, bounds: RangeBounds): Query {
  const closed = Object.entries(bounds).filter(([, bound]) => typeof bound === 'string' || Number.isFinite(bound));
  return { range: { [field]: Object.fromEntries(closed) } };
}
