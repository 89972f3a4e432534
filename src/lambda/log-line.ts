/** Writes one line of a function's log. Lambda keeps what stands on stdout. */
export type WriteLine = (line: string) => void;

/** Whole, and before it returns: what is written later may be lost when the container is frozen. */
export const writeToStdout: WriteLine = (line) => {
  process.stdout.write(`${line}\n`);
};

/**
 * Makes what the server's own errors go to: one JSON line each, with what they are and where, not what they say of a request. The message of an error that is
 * not ours may quote data; so only its kind and its place are told.
 */
export function createReport(write: WriteLine, requestId: () => string | undefined = () => undefined) {
  return (error: unknown): void => {
    write(JSON.stringify({ level: 'error', request: requestId(), ...describe(error) }));
  };
}

const CAUSES = 5;

interface Described {
  readonly error: string;
  readonly code?: string | undefined;
  readonly status?: number | undefined;
  readonly at?: readonly string[] | undefined;
  readonly cause?: Described | undefined;
}

function describe(error: unknown, depth = 0): Described {
  if (!(error instanceof Error)) return { error: typeof error };
  const { name, cause, stack } = error;
  const { code, status } = error as { readonly code?: unknown; readonly status?: unknown };
  return {
    error: plain(name) ?? 'Error',
    code: plain(code),
    status: typeof status === 'number' ? status : undefined,
    at: framesOf(stack),
    cause: cause === undefined || depth === CAUSES ? undefined : describe(cause, depth + 1),
  };
}

/** A word of the program's; what may be data is none. */
function plain(word: unknown): string | undefined {
  return typeof word === 'string' && /^[\w.#-]{1,80}$/.test(word) ? word : undefined;
}

/** Places in the code; a message of several lines may have lines that look alike, so the exact form is asked for. */
function framesOf(stack: string | undefined): readonly string[] {
  const frames = (stack ?? '').matchAll(
    /^ {4}at (?:async )?(?:[\w.<>$#[\] ]+ \()?((?:file:|node:|\/)[^\s()]+:\d+:\d+)\)?$/gm,
  );
  return Array.from(frames, ([, place = '']) => place.replace(/^.*\/(?=[^/]+:\d+:\d+$)/, '')).slice(0, 8);
}
