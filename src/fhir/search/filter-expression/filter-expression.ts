/** The comparisons of `_filter` (https://hl7.org/fhir/R4/search_filter.html#ops). */
export const COMPARISONS = [
  'eq',
  'ne',
  'co',
  'sw',
  'ew',
  'gt',
  'lt',
  'ge',
  'le',
  'ap',
  'sa',
  'eb',
  'pr',
  'po',
  'ss',
  'sb',
  'in',
  'ni',
  're',
] as const;

export type Comparison = (typeof COMPARISONS)[number];

/** One comparison: `name co "pet"`. */
export interface ComparisonExpression {
  readonly kind: 'comparison';
  /** A parameter, or a chain of them. */
  readonly path: string;
  readonly comparison: Comparison;
  /** Without quotes; of unquoted values, the escapes are still there. */
  readonly value: string;
}

/** A `_filter`, as it is written. */
export type FilterExpression =
  | ComparisonExpression
  | { readonly kind: 'and' | 'or'; readonly parts: readonly FilterExpression[] }
  | { readonly kind: 'not'; readonly part: FilterExpression };

/** The comparisons in an expression. */
export function comparisonsOf(expression: FilterExpression): readonly ComparisonExpression[] {
  if (expression.kind === 'comparison') return [expression];
  return expression.kind === 'not' ? comparisonsOf(expression.part) : expression.parts.flatMap(comparisonsOf);
}
