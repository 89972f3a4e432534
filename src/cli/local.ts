import { type Command, Option } from 'commander';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import type { startLocalServer } from '../local/start-local-server.ts';
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

/** `fwoa local`'s flags. */
export interface LocalOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly data: string;
  readonly fhirVersion?: FhirVersion | undefined;
  readonly demo: boolean;
  readonly json: boolean;
  /** The address to listen on. */
  readonly host: string;
  /** What links in answers begin with, when it is not the address that is listened on. */
  readonly baseUrl?: string | undefined;
  readonly durability: 'normal' | 'full';
}

export function localCommand(start: Start): Command {
  const command = newCommand(
    'local',
    'run the FHIR server in this process',
    'Runs the FHIR server here, in one process, on one data folder.',
    [
      { task: 'A server with a few sample patients on http://127.0.0.1:8080', command: 'fwoa local --demo' },
      {
        task: 'STU3 on another port, with its data in a folder of its own',
        command: 'fwoa local --fhir-version 3.0.1 --data ./stu3-data --port 8090',
      },
    ],
  )
    .addOption(
      new Option('--port <number>', 'port to listen on; 0: any that is free')
        .argParser(wholeNumber(0, 65_535))
        .default(8080),
    )
    .option('--data <folder>', 'data folder; made when it is not there', '.fwoa')
    .addOption(fhirVersionFlag())
    .addOption(switchFlag('--demo', 'put a few fictional patients in'))
    .addOption(switchFlag('--json', 'one JSON line on stdout when the server is ready'))
    .option(
      '--host <address>',
      'address to listen on; others than 127.0.0.1 open the server to the network',
      '127.0.0.1',
    )
    .addOption(new Option('--base-url <url>', 'the URL that clients use, if a proxy gives another').argParser(httpUrl))
    .addOption(
      new Option('--durability <level>', 'full: also what was written in the last moment survives a power cut')
        .choices(['normal', 'full'])
        .default('normal'),
    );
  return command.action((options: LocalOptions) => start(command, runLocal, options));
}

/** Serves until it is told to stop. */
export async function runLocal(
  options: LocalOptions,
  io: CommandIo,
  startServer?: typeof startLocalServer,
): Promise<ExitCode> {
  const begin = startServer ?? (await import('../local/start-local-server.ts')).startLocalServer;
  const { reporter } = io;
  const stop = stopSignal(io);
  const server = await begin({
    ...options,
    data: inFull(io, options.data),
    report: (error) => reporter.warn(`A fault of the server: ${error instanceof Error ? error.stack : String(error)}`),
  });
  try {
    if (server.createdFolder) reporter.note(`Made the data folder ${options.data} (FHIR ${server.fhirVersion}).`);
    if (!server.loopback) {
      const links =
        options.baseUrl === undefined ? ` Links in answers begin with ${server.url}: --base-url gives others.` : '';
      reporter.warn(
        `The server listens on ${options.host}: anyone who reaches that address can read and change everything.${links}`,
      );
    }
    const ready = { event: 'ready', url: server.url, apiKey: null, users: [] };
    reporter.result(ready, readyText(server.url, server.fhirVersion, options, io));
    await stop.asked;
    reporter.note('Stopping: requests that have begun are finished. Ctrl-C again ends at once.');
  } finally {
    await server.stop();
    stop.forget();
  }
  return EXIT.done;
}

function readyText(
  url: string,
  fhirVersion: FhirVersion,
  { demo, data }: LocalOptions,
  { reporter }: CommandIo,
): string {
  const { strong, faint } = reporter.style;
  const query = demo ? `/Patient?name=lindqvist&_pretty=true` : `/Patient?_pretty=true`;
  return [
    `FHIR ${fhirVersion} server ready on ${strong(url)}`,
    ...(demo
      ? ['', 'Sample patients are in it. To find one, paste into another terminal:']
      : ['', 'Try, in another terminal:']),
    `  curl '${url}${query}'`,
    ...(demo ? [] : ['', 'Put data in:', `  fwoa import PATH${data === '.fwoa' ? '' : ` --data ${data}`}`]),
    '',
    faint('Ctrl-C stops it.'),
  ].join('\n');
}

/** The first signal asks to stop, the second ends the process. */
function stopSignal(io: CommandIo): { readonly asked: Promise<void>; readonly forget: () => void } {
  let forget = (): void => {};
  const asked = new Promise<void>((resolve) => {
    let count = 0;
    forget = io.onSignal(() => {
      count += 1;
      if (count === 1) resolve();
      else io.exit(EXIT.interrupted);
    });
  });
  return { asked, forget };
}
