/** Several measurements of one thing. */
export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly number[];
}

/** @throws Error when there are none. */
export function spread(samples: readonly number[]): Spread {
  const sorted = [...samples].sort((a, b) => a - b);
  const [min] = sorted;
  const max = sorted.at(-1);
  if (min === undefined || max === undefined) throw new Error('Nothing was measured.');
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? max;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? min) + upper) / 2;
  return { median, min, max, samples };
}

/** Two things measured in turn, and the ratio of each pair. */
export interface Pairs {
  readonly ours: Spread;
  readonly reference: Spread;
  readonly ratio: Spread;
}

/** Measures A B A B …: what else the machine does meets both alike. */
export async function inPairs(
  count: number,
  ours: (n: number) => Promise<number>,
  reference: (n: number) => Promise<number>,
): Promise<Pairs> {
  const samples = { ours: [] as number[], reference: [] as number[], ratio: [] as number[] };
  for (let n = 0; n < count; n++) {
    const one = await ours(n);
    const other = await reference(n);
    samples.ours.push(one);
    samples.reference.push(other);
    samples.ratio.push(one / other);
  }
  return { ours: spread(samples.ours), reference: spread(samples.reference), ratio: spread(samples.ratio) };
}
