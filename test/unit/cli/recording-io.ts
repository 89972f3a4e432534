import type { CliIo } from '../../../src/cli/io.ts';

/** A world for a command that keeps what it says. */
export interface RecordingIo extends CliIo {
  readonly out: () => string;
  readonly err: () => string;
  /** What the process was ended with, if it was. */
  readonly ended: () => number | undefined;
  /** Sends a signal to the command. */
  readonly signal: (name: 'SIGINT' | 'SIGTERM') => void;
}

export function recordingIo(world: Partial<Pick<CliIo, 'env' | 'cwd' | 'canAsk' | 'select'>> = {}): RecordingIo {
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
    out: () => out,
    err: () => err,
    ended: () => ended,
    signal: (name) => {
      for (const handle of handlers) handle(name);
    },
    ...world,
  };
}
