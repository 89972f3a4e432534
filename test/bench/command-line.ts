import { parseArgs } from 'node:util';

export const MEASURES = [
  'import',
  'memory',
  'start-up',
  'read',
  'create',
  'update',
  'search',
  'access',
  'growth',
  'keys',
] as const;

/** What needs engines of its own; by name alone. */
export const OTHER_MEASURES = ['aws'] as const;

export type MeasureName = (typeof MEASURES)[number] | (typeof OTHER_MEASURES)[number];

export interface BenchOptions {
  readonly only: readonly MeasureName[];
  /** Alternating pairs of a measure; default 5. */
  readonly pairs: number;
  /** Seconds of one half of a pair, where it goes by time; default 1. */
  readonly seconds: number;
  /** Requests in flight; default 8. */
  readonly connections: number;
  readonly against?: 'hapi' | undefined;
  /** Synthea patients that are loaded into the peer; default 8. */
  readonly patients: number;
  /** The folder of Synthea's files. */
  readonly synthea: string;
  /** A data folder that has all of Synthea's files already; default: one is made. */
  readonly data?: string | undefined;
  readonly json: boolean;
}

export const USAGE = `npm run bench [-- FLAGS]

  aws                the server on DynamoDB Local and OpenSearch (npm run engines), alone: the same as --only aws
  --only LIST        of ${MEASURES.join(', ')}; default: all
  --pairs N          alternating pairs a measure; default 5
  --seconds S        seconds of each half of a pair; default 1
  --connections N    requests in flight; default 8
  --against hapi     instead: HAPI FHIR (built in .cache/hapi with Maven) and fwoa on the same data
  --patients N       with --against: Synthea patients to load; default 8
  --synthea FOLDER   Synthea's files; default ../shared/examples/synthea
  --data FOLDER      a data folder that has them all already; default: one is made, and goes away
  --json             one JSON document instead of a table`;

/** Thrown for a command line that can't be understood. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError */
export function parseCommandLine(argv: readonly string[]): BenchOptions | 'help' {
  const { values } = parse(argv);
  if (values.help === true) return 'help';
  if (values.against !== undefined && values.against !== 'hapi') throw new UsageError('--against takes: hapi');
  return {
    only: values.only === undefined ? MEASURES : values.only.split(',').map(measureName),
    pairs: atLeast(1, '--pairs', values.pairs ?? '5'),
    seconds: atLeast(0.1, '--seconds', values.seconds ?? '1'),
    connections: atLeast(1, '--connections', values.connections ?? '8'),
    against: values.against,
    patients: atLeast(1, '--patients', values.patients ?? '8'),
    synthea: values.synthea ?? '../shared/examples/synthea',
    data: values.data,
    json: values.json === true,
  };
}

function parse(argv: readonly string[]) {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = {
    only: text,
    pairs: text,
    seconds: text,
    connections: text,
    against: text,
    patients: text,
    synthea: text,
    data: text,
    json: flag,
    help: { ...flag, short: 'h' },
  };
  try {
    const [first] = argv;
    const args = first === 'aws' ? ['--only', ...argv] : [...argv];
    return parseArgs({ args, options, strict: true });
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

function measureName(text: string): MeasureName {
  const name = [...MEASURES, ...OTHER_MEASURES].find((measure) => measure === text.trim());
  if (name === undefined) throw new UsageError(`--only takes: ${MEASURES.join(', ')}`);
  return name;
}

function atLeast(least: number, flag: string, text: string): number {
  const value = Number(text);
  if (Number.isFinite(value) && value >= least) return value;
  throw new UsageError(`${flag} takes a number from ${least}`);
}
