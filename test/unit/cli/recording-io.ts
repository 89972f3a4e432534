import type { CliIo } from '../../../src/cli/io.ts';
import type { Prompts } from '../../../src/cli/prompts.ts';

/** A world for a command that keeps what it says. */
export interface RecordingIo extends CliIo {
  readonly out: () => string;
  readonly err: () => string;
  /** What the process was ended with, if it was. */
  readonly ended: () => number | undefined;
  /** Sends a signal to the command. */
  readonly signal: (name: 'SIGINT' | 'SIGTERM') => void;
  readonly prompts: Prompts;
}

export function recordingIo(
  world: Partial<Pick<RecordingIo, 'env' | 'cwd' | 'canAsk' | 'select' | 'prompts'>> = {},
): RecordingIo {
  let out = '';
  let err = '';
  let ended: number | undefined;
  const handlers = new Set<(signal: 'SIGINT' | 'SIGTERM') => void>();
  return {
    stdout: {
      write: (text) => {
        out += text;
      },
    },
    stderr: {
      write: (text) => {
        err += text;
      },
    },
    env: {},
    cwd: '/nowhere',
    canAsk: false,
    select: () => Promise.reject(new Error('nobody is there to be asked')),
    onSignal(handle) {
      handlers.add(handle);
      return () => void handlers.delete(handle);
    },
    exit: (code) => {
      ended = code;
    },
    prompts: scriptedPrompts({}),
    out: () => out,
    err: () => err,
    ended: () => ended,
    signal: (name) => {
      for (const handle of handlers) handle(name);
    },
    ...world,
  };
}

/** Where a command is told what a person or a script would say. */
export interface Script {
  /** What is typed, question by question; undefined where nobody is there. */
  readonly typed?: readonly string[];
  /** The first line of stdin. */
  readonly stdin?: string;
  readonly stdinIsTerminal?: boolean;
}

/** Prompts with their answers; `asked` keeps the questions. */
export function scriptedPrompts(script: Script): Prompts & { readonly asked: readonly string[] } {
  const asked: string[] = [];
  const answers = [...(script.typed ?? [])];
  const answer = async (message: string): Promise<string> => {
    asked.push(message);
    const next = answers.shift();
    if (next === undefined) throw new Error(`nobody answers: ${message}`);
    return next;
  };
  return {
    canAskSecret: script.typed !== undefined,
    stdinIsTerminal: script.stdinIsTerminal ?? script.typed !== undefined,
    secret: answer,
    text: answer,
    firstLine: async () => script.stdin ?? '',
    asked,
  };
}
