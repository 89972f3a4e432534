import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type FhirVersion, parseFhirVersion } from '../fhir/fhir-version.ts';
import type { EXIT, ExitCode } from './errors.ts';
import type { CliIo } from './io.ts';
import type { Prompts } from './prompts.ts';
import type { Reporter } from './reporter.ts';

/** What a command's `run` is given beside its options. */
export interface CommandIo extends CliIo {
  readonly reporter: Reporter;
  readonly prompts: Prompts;
}

/** Does the work; what it resolves to is the exit code, nothing for {@link EXIT}.done. */
export type Run<Options> = (options: Options, io: CommandIo) => Promise<ExitCode | typeof EXIT.done | undefined>;

/** Starts a command's work: makes its io from the flags that all commands share. */
export type Start = <Options>(command: Command, run: Run<Options>, options: Options) => Promise<void>;

/** A task and how it is typed, for help. */
export interface Example {
  readonly task: string;
  readonly command: string;
}

/** A command with its help in our order: what it does, examples, usage, flags. */
export function newCommand(name: string, summary: string, description: string, examples: readonly Example[]): Command {
  const lines = examples.flatMap(({ task, command }) => [`  # ${task}`, `  $ ${command}`, '']);
  return new Command(name)
    .summary(summary)
    .addHelpText('before', [description, '', 'Examples:', ...lines].join('\n'))
    .helpOption('-h, --help', 'show this help')
    .configureHelp({ showGlobalOptions: true });
}

/** A flag that is on when it is given. */
export function switchFlag(flag: string, description: string): Option {
  return new Option(flag, description).default(false, 'off');
}

export function fhirVersionFlag(): Option {
  return new Option('--fhir-version <version>', 'FHIR version of a new data folder: 4.0.1 (R4) or 3.0.1 (STU3)')
    .argParser(fhirVersion)
    .default(undefined, 'that of the folder, 4.0.1 for a new one');
}

export function fhirVersion(value: string): FhirVersion {
  const version = parseFhirVersion(value);
  if (version === undefined) throw new InvalidArgumentError('It is 4.0.1 (R4) or 3.0.1 (STU3).');
  return version;
}

/** A parser of whole numbers within limits. */
export function wholeNumber(least: number, most: number): (value: string) => number {
  return (value) => {
    const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`It is a whole number from ${least} to ${most}.`);
  };
}

/** An http(s) URL, without a trailing slash. */
export function httpUrl(value: string): string {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') {
    throw new InvalidArgumentError('It is a URL such as http://127.0.0.1:8080.');
  }
  if (url.search !== '' || url.hash !== '') throw new InvalidArgumentError('A base URL has neither ? nor #.');
  return value.replace(/\/+$/, '');
}

/** Paths are told as they were typed, and used in full. */
export function inFull(io: Pick<CliIo, 'cwd'>, path: string): string {
  return resolve(io.cwd, path);
}
