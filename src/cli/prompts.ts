/** Asking a person, and reading what a script hands over. Questions go to stderr: stdout is for results. */
export interface Prompts {
  /** True when a terminal is there for a hidden question. stdout may be caught, as in `TOKEN=$(fwoa token --local)`. */
  readonly canAskSecret: boolean;
  /** True when a person types into stdin; false for a pipe, a file, nothing. */
  readonly stdinIsTerminal: boolean;
  /** A line that is not shown while it is typed; only when `canAskSecret`. */
  readonly secret: (message: string) => Promise<string>;
  /** A line; only when the io's `canAsk`. */
  readonly text: (message: string) => Promise<string>;
  /** The first line of stdin, without its end; empty when there is none. */
  readonly firstLine: () => Promise<string>;
}
