/** An engine that was started by this process, and ends with it. */
export interface StartedEngine {
  readonly name: string;
  readonly url: string;
  readonly pid: number | undefined;
  /** Ends it, and takes away what it leaves. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

/**
 * Starts an engine that is installed, and resolves when it answers.
 *
 * @param options.data a folder that outlives it
 * @param options.port default: a free one
 */
export function start(
  name: string,
  options?: { readonly data?: string; readonly port?: number },
): Promise<StartedEngine>;
