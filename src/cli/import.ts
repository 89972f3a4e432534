import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import type { ChosenTarget } from '../local/import/choose-target.ts';
import type { ImportReport } from '../local/import/run-import.ts';
import {
  type CommandIo,
  fhirVersionFlag,
  httpUrl,
  inFull,
  newCommand,
  type Start,
  switchFlag,
  wholeNumber,
} from './command.ts';
import { EXIT, type ExitCode } from './errors.ts';
import { importDocument, importText } from './import-summary.ts';
import { count } from './reporter-progress.ts';

/** `fwoa import`'s arguments and flags. */
export interface ImportCommandOptions {
  readonly paths: readonly string[];
  readonly local: boolean;
  readonly data: string;
  readonly server?: string | undefined;
  readonly fhirVersion?: FhirVersion | undefined;
  readonly parallel: number;
  readonly again: boolean;
  readonly continueOnError: boolean;
  readonly json: boolean;
}

const DESCRIPTION = `Imports FHIR JSON: files and folders of .json and .ndjson, also packed (.gz).
Transactions and batches are executed; of other bundles each resource is stored under its id. What was imported before is
skipped, and an import that was interrupted goes on where it was.

With --server, the API key and the token come from FWOA_API_KEY and FWOA_TOKEN.
Without --server it goes into the data folder: through the server that runs on it, or straight into it when none does.`;

export function importCommand(start: Start): Command {
  const command = newCommand('import', 'put bundles and resources into a server', DESCRIPTION, [
    { task: 'A folder of Synthea bundles into the data folder .fwoa', command: 'fwoa import ./synthea/output/fhir' },
    {
      task: 'A bulk export into a server somewhere else, eight requests at once',
      command: 'fwoa import Patient.ndjson.gz Observation.ndjson.gz --server https://fhir.example.org/r4 --parallel 8',
    },
  ]);
  return command
    .argument('<path...>', 'files and folders')
    .addOption(switchFlag('--local', 'into the data folder (default)'))
    .option('--data <folder>', 'data folder; made when it is not there', '.fwoa')
    .addOption(
      new Option('--server <url>', 'base URL of a server to import into')
        .argParser(httpUrl)
        .conflicts(['local', 'data', 'fhirVersion']),
    )
    .addOption(fhirVersionFlag())
    .addOption(new Option('--parallel <number>', 'requests at once').argParser(wholeNumber(1, 64)).default(4))
    .addOption(switchFlag('--again', 'import also what was imported before'))
    .option('--no-continue-on-error', 'end at the first thing that is refused')
    .addOption(switchFlag('--json', 'the summary as one JSON document on stdout'))
    .action((paths: readonly string[], options: Omit<ImportCommandOptions, 'paths'>) =>
      start(command, runImportCommand, { ...options, paths }),
    );
}

/** Imports, and tells what came of it. */
export async function runImportCommand(options: ImportCommandOptions, io: CommandIo): Promise<ExitCode> {
  const { findFiles } = await import('../local/import/find-files.ts');
  const { files, ignored } = await findFiles(options.paths, io.cwd);
  const { reporter } = io;
  if (ignored > 0) reporter.note(`${count(ignored)} files that are neither .json nor .ndjson are left out.`);
  const chosen = await chooseTarget(options, io);
  const progress = reporter.progress('resources');
  const interruption = interruptible(io);
  try {
    if (chosen.createdFolder) reporter.note(`Made the data folder ${options.data}.`);
    const { openJournal } = await import('../local/import/journal.ts');
    const { runImport } = await import('../local/import/run-import.ts');
    const begin = performance.now();
    const report = await runImport({
      ...options,
      files,
      target: chosen.target,
      journal: openJournal(chosen.journalFile),
      signal: interruption.signal,
      onProgress: (state) => progress.update(state),
      onNote: (text) => {
        progress.done();
        reporter.note(text);
      },
    });
    progress.done();
    const context = { target: chosen.target.name, seconds: (performance.now() - begin) / 1000 };
    reporter.result(importDocument(report, context), importText(report, context, reporter.style));
    return exitCodeOf(report);
  } finally {
    progress.done();
    await chosen.close();
    interruption.forget();
  }
}

function exitCodeOf(report: ImportReport): ExitCode {
  if (report.interrupted) return EXIT.interrupted;
  return report.refused > 0 ? EXIT.failed : EXIT.done;
}

async function chooseTarget(options: ImportCommandOptions, io: CommandIo): Promise<ChosenTarget> {
  const { folderTarget, remoteTarget } = await import('../local/import/choose-target.ts');
  if (options.server !== undefined) {
    const cache = io.env.XDG_CACHE_HOME || join(io.env.HOME ?? homedir(), '.cache');
    const { FWOA_API_KEY: apiKey, FWOA_TOKEN: token } = io.env;
    return remoteTarget(options.server, cache, {
      ...(apiKey ? { 'x-api-key': apiKey } : {}),
      ...(token ? { authorization: `Bearer ${token}` } : {}),
    });
  }
  const folder = inFull(io, options.data);
  const { readDataSettings } = await import('../config/data-settings.ts');
  const isNew = readDataSettings(folder) === undefined;
  return folderTarget(
    folder,
    options.data,
    options.fhirVersion ?? (isNew ? await askVersion(io, options.data) : undefined),
  );
}

/** A folder keeps its version for good: where a person sits there, they say which. */
async function askVersion(io: CommandIo, folder: string): Promise<FhirVersion | undefined> {
  if (!io.canAsk) return undefined;
  return io.select<FhirVersion>({
    message: `${folder} is a new data folder. Which FHIR version are the files?`,
    choices: [
      { name: 'R4 (4.0.1)', value: '4.0.1' },
      { name: 'STU3 (3.0.1)', value: '3.0.1' },
    ],
  });
}

/** The first signal lets what has begun end, the second ends the process. */
function interruptible(io: CommandIo): { readonly signal: AbortSignal; readonly forget: () => void } {
  const controller = new AbortController();
  const forget = io.onSignal(() => {
    if (controller.signal.aborted) return io.exit(EXIT.interrupted);
    controller.abort();
    io.reporter.note('Stopping when what has begun is done. Ctrl-C again ends at once.');
  });
  return { signal: controller.signal, forget };
}
