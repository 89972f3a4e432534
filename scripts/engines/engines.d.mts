/** The engines there are: `dynamodb`, `opensearch`, `aws`. */
export const NAMES: readonly string[];

/** An engine that was started by this process. */
export interface StartedEngine {
  readonly name: string;
  readonly url: string;
  readonly pid: number | undefined;
  /** Ends it, and takes away what it leaves. */
  stop(): Promise<void>;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
}

export function isInstalled(name: string): boolean;
export function install(name: string): Promise<boolean>;
export function start(
  name: string,
  options?: { readonly data?: string; readonly port?: number; readonly detached?: boolean },
): Promise<StartedEngine>;
