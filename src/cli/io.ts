/** Where text goes. */
export interface OutputStream {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  write(text: string): unknown;
}

/** A choice on the terminal. */
export interface Choice<T> {
  readonly message: string;
  readonly choices: readonly { readonly name: string; readonly value: T }[];
}

/** Everything that a command has of the world outside; a test has its own. */
export interface CliIo {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The working directory. */
  readonly cwd: string;
  /** True when a person sits there who can be asked. */
  readonly canAsk: boolean;
  /** Asks; only when `canAsk`. */
  readonly select: <T>(choice: Choice<T>) => Promise<T>;
  /** Calls back at each SIGINT and SIGTERM, instead of ending the process; gives the function that stops that. */
  readonly onSignal: (handle: (signal: 'SIGINT' | 'SIGTERM') => void) => () => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}
