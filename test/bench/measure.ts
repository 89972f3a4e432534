import type { BenchOptions } from './command-line.ts';
import type { LoadProcess } from './load/load-process.ts';
import type { Spread } from './spread.ts';

/** What is asked of a figure. */
export interface Goal {
  readonly of: 'ours' | 'ratio';
  readonly at: 'least' | 'most';
  readonly value: number;
}

/** A line of the result. */
export interface Row {
  readonly name: string;
  readonly unit: '/s' | 'ms' | 'MB' | 'units' | '%';
  readonly ours: Spread;
  readonly reference?: Spread | undefined;
  /** Ours by the reference's, pair by pair. */
  readonly ratio?: Spread | undefined;
  readonly goal?: Goal | undefined;
  readonly note?: string | undefined;
}

/** A data folder with all of the Synthea files. */
export interface SyntheaFolder {
  readonly path: string;
  /** What its import took, when this run made it. */
  readonly seconds?: number | undefined;
}

/** What measures share. */
export interface BenchContext {
  readonly options: BenchOptions;
  readonly load: LoadProcess;
  /** A path for a new data folder or file; it goes away at the end. */
  newPath(): string;
  /** Made when it is first asked for. No one may write into it. */
  syntheaFolder(): Promise<SyntheaFolder>;
  /** Tells what is done now. */
  progress(text: string): void;
}

export type Measure = (context: BenchContext) => Promise<readonly Row[]>;

/** Whether a row's goal is reached; undefined when it has none. */
export function isReached({ goal, ours, ratio }: Row): boolean | undefined {
  if (goal === undefined) return undefined;
  const figure = (goal.of === 'ours' ? ours : ratio)?.median;
  if (figure === undefined) return false;
  return goal.at === 'least' ? figure >= goal.value : figure <= goal.value;
}
