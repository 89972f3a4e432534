import { type Command, Option } from 'commander';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import type { LocalServer, startLocalServer } from '../local/start-local-server.ts';
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
  /** The configuration file, where it is named. */
  readonly config?: string | undefined;
  /** Files for TLS, both or none. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
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
    .addOption(switchFlag('--demo', 'put a few fictional patients in, and make an API key and a user for each role'))
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
    )
    .option('--cert <file>', 'certificate for TLS, PEM')
    .option('--key <file>', 'its private key, PEM')
    .option('--config <file>', 'configuration file (default: fwoa.config.ts here or above)');
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
  const { loadConfig } = await import('../config/load-config.ts');
  const config = await loadConfig({ cwd: io.cwd, file: options.config });
  const tls = await tlsOf(options, io);
  const server = await begin({
    ...options,
    config,
    tls,
    data: inFull(io, options.data),
    report: (error) => reporter.warn(`A fault of the server: ${error instanceof Error ? error.stack : String(error)}`),
  });
  try {
    if (server.createdFolder) reporter.note(`Made the data folder ${options.data} (FHIR ${server.fhirVersion}).`);
    if (!server.loopback) {
      const links =
        options.baseUrl === undefined ? ` Links in answers begin with ${server.url}: --base-url gives others.` : '';
      const plain = tls === undefined ? ' Without TLS, keys and tokens can be read on the way: --cert and --key.' : '';
      reporter.warn(`The server listens on ${options.host}, for others than this machine too.${plain}${links}`);
    }
    const ready = { event: 'ready', url: server.url, apiKey: server.apiKey ?? null, users: server.users };
    reporter.result(ready, options.json ? '' : await readyText(server, options, io));
    await stop.asked;
    reporter.note('Stopping: requests that have begun are finished. Ctrl-C again ends at once.');
  } finally {
    await server.stop();
    stop.forget();
  }
  return EXIT.done;
}

/** Reads the files that TLS needs, and says what should be seen to. */
async function tlsOf({ cert, key }: LocalOptions, io: CommandIo) {
  if (cert === undefined && key === undefined) return undefined;
  const { readTlsFiles } = await import('../local/transport/read-tls-files.ts');
  const files = { cert: cert && inFull(io, cert), key: key && inFull(io, key) };
  const { tls, warnings } = readTlsFiles(files, Date.now());
  for (const warning of warnings) io.reporter.warn(warning);
  return tls;
}

async function readyText(server: LocalServer, options: LocalOptions, { reporter }: CommandIo): Promise<string> {
  const { strong, faint } = reporter.style;
  const lines = options.demo ? await demoText(server) : plainText(server, options);
  return [
    `FHIR ${server.fhirVersion} server ready on ${strong(server.url)}`,
    '',
    ...lines,
    '',
    faint('Ctrl-C stops it.'),
  ].join('\n');
}

/** The demo's key and users, and a line to paste that needs nothing else. */
async function demoText({ url, apiKey = '', users, token }: LocalServer): Promise<readonly string[]> {
  const width = Math.max(...users.map(({ name }) => name.length));
  const [first] = users;
  return [
    'Two keys let you in: an API key, for the system that calls, and a token, for the user. New ones at each start.',
    `  API key          ${apiKey}`,
    ...users.map(({ name, password }) => `  ${name.padEnd(width)} ${password}`),
    ...(first === undefined
      ? []
      : [
          '',
          `Sample patients are in it. To find one as ${first.name}, paste into another terminal (the token holds for an hour):`,
          `  curl '${url}/Patient?name=lindqvist&_pretty=true' -H 'x-api-key: ${apiKey}' -H 'authorization: Bearer ${await token(first)}'`,
        ]),
  ];
}

function plainText({ url, apiKey }: LocalServer, { data }: LocalOptions): readonly string[] {
  const folder = data === '.fwoa' ? '' : ` --data ${data}`;
  const key =
    apiKey === undefined
      ? ['An API key was made at the first start; another one: fwoa add-client NAME --local']
      : ['The API key of the first client system, shown only now:', `  ${apiKey}`];
  return [
    ...key,
    '',
    'Make a user, get a token, and use both:',
    `  fwoa add-user me --role practitioner --local${folder}`,
    `  TOKEN=$(fwoa token --user me --local${folder})`,
    `  curl '${url}/Patient?_pretty=true' -H 'x-api-key: ${apiKey ?? 'KEY'}' -H "authorization: Bearer $TOKEN"`,
    '',
    'Put data in:',
    `  fwoa import PATH${folder}`,
  ];
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
