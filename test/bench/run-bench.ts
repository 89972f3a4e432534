import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { type BenchOptions, type MeasureName, parseCommandLine, USAGE, UsageError } from './command-line.ts';
import { startLoad } from './load/load-process.ts';
import type { BenchContext, Measure, Row, SyntheaFolder } from './measure.ts';
import { importFiles } from './processes/fwoa-process.ts';
import { renderTable } from './table.ts';

/** In the order in which they run. */
const RUN: Readonly<Record<MeasureName, () => Promise<Measure>>> = {
  import: async () => (await import('./measures/import.ts')).measureImport,
  memory: async () => (await import('./measures/memory.ts')).measureMemory,
  'start-up': async () => (await import('./measures/start-up.ts')).measureStartUp,
  read: async () => (await import('./measures/read.ts')).measureRead,
  create: async () => (await import('./measures/create.ts')).measureCreate,
  update: async () => (await import('./measures/update.ts')).measureUpdate,
  search: async () => (await import('./measures/search.ts')).measureSearch,
  access: async () => (await import('./measures/access.ts')).measureAccess,
  growth: async () => (await import('./growth/measure-growth.ts')).measureGrowth,
  keys: async () => (await import('./measures/keys.ts')).measureKeys,
  aws: async () => (await import('./measures/aws.ts')).measureAws,
};

const AGAINST_HAPI = async (): Promise<Measure> => (await import('./hapi/against-hapi.ts')).againstHapi;

/** Measures what the command line asks for and prints it; resolves to the exit code. */
export async function runBench(argv: readonly string[]): Promise<number> {
  let options: BenchOptions | 'help';
  try {
    options = parseCommandLine(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${USAGE}\n`);
    return 2;
  }
  if (options === 'help') {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  if (!existsSync(options.synthea)) {
    process.stderr.write(`There is no folder ${resolve(options.synthea)}: --synthea FOLDER names another.\n`);
    return 2;
  }
  mkdirSync('.cache', { recursive: true });
  const folder = mkdtempSync(join('.cache', 'bench-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const { rows, failed } = await runMeasures(options, folder);
  if (options.json) process.stdout.write(`${JSON.stringify({ machine: machine(), rows }, null, 2)}\n`);
  else if (rows.length > 0) process.stdout.write(renderTable(rows));
  return failed ? 1 : 0;
}

interface BenchResult {
  readonly rows: readonly Row[];
  /** A measure could not be taken. */
  readonly failed: boolean;
}

async function runMeasures(options: BenchOptions, folder: string): Promise<BenchResult> {
  const context = createContext(options, folder);
  context.progress(machine());
  const measures = options.against === 'hapi' ? [AGAINST_HAPI] : options.only.map((name) => RUN[name]);
  const rows: Row[] = [];
  let failed = false;
  for (const measure of measures) {
    try {
      rows.push(...(await (await measure())(context)));
    } catch (error) {
      // What was measured is worth telling all the same.
      failed = true;
      context.progress(describe(error));
    }
  }
  await context.load.end();
  context.progress('done');
  return { rows, failed };
}

/** What a person can mend is told in a line; all else with its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.name === 'EngineProblem' ? error.message : (error.stack ?? error.message);
}

function createContext(options: BenchOptions, folder: string): BenchContext {
  const begin = performance.now();
  let paths = 0;
  let synthea: Promise<SyntheaFolder> | undefined;
  const context: BenchContext = {
    options,
    load: startLoad(),
    newPath: () => join(folder, String(++paths)),
    syntheaFolder() {
      synthea ??= options.data === undefined ? importAll(context) : Promise.resolve({ path: options.data });
      return synthea;
    },
    progress: (text) => {
      process.stderr.write(`${((performance.now() - begin) / 1000).toFixed(0).padStart(4)} s  ${text}\n`);
    },
  };
  return context;
}

async function importAll({ options, newPath, progress }: BenchContext): Promise<SyntheaFolder> {
  const path = newPath();
  progress('import of all Synthea files, to measure on');
  return { path, seconds: await importFiles([options.synthea], path) };
}

function machine(): string {
  const [cpu] = cpus();
  const gibibytes = Math.round(totalmem() / 2 ** 30);
  return `Node ${process.versions.node}, ${cpus().length} × ${cpu?.model.trim() ?? 'unknown CPU'}, ${gibibytes} GiB, ${process.platform}`;
}
