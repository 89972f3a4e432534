import { Chalk } from 'chalk';
import type { CliIo, OutputStream } from './io.ts';
import { createProgressView, type ProgressView } from './reporter-progress.ts';

/** What went wrong, ready to be told. */
export interface Failure {
  readonly code: string;
  readonly what: string;
  readonly why?: string | undefined;
  readonly next?: string | undefined;
  /** Only with --debug. */
  readonly stack?: string | undefined;
}

/** How far a long piece of work is; counted in units of its own. */
export interface ProgressState {
  readonly done: number;
  readonly total: number;
  /** What a person counts: resources. */
  readonly items: number;
}

/** All that a command says goes through here: results to stdout, everything else to stderr. */
export interface Reporter {
  /** The result: `data` as one JSON document with --json, else `text`. */
  result(data: object, text: string): void;
  /** Something worth knowing on the way. */
  note(text: string): void;
  warn(text: string): void;
  /** A view of work in progress: a bar that moves on a terminal, else a line now and then. */
  progress(unit: string): ProgressView;
  failure(failure: Failure): void;
  readonly style: Style;
}

/** Emphasis; plain where colour is off. */
export interface Style {
  strong(text: string): string;
  faint(text: string): string;
  good(text: string): string;
  bad(text: string): string;
}

export interface ReporterOptions {
  readonly json: boolean;
  /** False: --no-color. */
  readonly color: boolean;
}

/** The reporter for where the output goes: a terminal, a pipe or file, or a program that reads JSON. */
export function createReporter(io: Pick<CliIo, 'stdout' | 'stderr' | 'env'>, options: ReporterOptions): Reporter {
  const { stdout, stderr } = io;
  const say = (text: string) => void stderr.write(`${text}\n`);
  const onErr = styleFor(stderr, io.env, options);
  const moves = Boolean(stdout.isTTY && stderr.isTTY) && !options.json && !io.env.CI;
  return {
    style: options.json ? onErr : styleFor(stdout, io.env, options),
    result: (data, text) => void stdout.write(options.json ? `${JSON.stringify(data)}\n` : `${text}\n`),
    note: (text) => say(onErr.faint(text)),
    warn: (text) => say(`${onErr.bad('!')} ${text}`),
    progress: (unit) => createProgressView(stderr, unit, { moves, now: Date.now }),
    failure(failure) {
      if (options.json) stdout.write(`${JSON.stringify({ error: failure })}\n`);
      else say(failureText(failure, onErr));
    },
  };
}

function failureText({ what, why, next, stack }: Failure, style: Style): string {
  const lines = [`${style.bad('✗')} ${style.strong(what)}`];
  if (why !== undefined) lines.push(`  ${why}`);
  if (next !== undefined) lines.push(`  ${next}`);
  if (stack !== undefined) lines.push('', style.faint(stack));
  return lines.join('\n');
}

/** NO_COLOR (https://no-color.org) holds when it is set and not empty. chalk does not look at it. */
function styleFor(stream: OutputStream, env: CliIo['env'], { color }: ReporterOptions): Style {
  const on = color && !env.NO_COLOR && Boolean(stream.isTTY);
  const chalk = new Chalk({ level: on ? 1 : 0 });
  return { strong: chalk.bold, faint: chalk.dim, good: chalk.green, bad: chalk.red };
}
