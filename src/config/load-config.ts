import { findConfig, namedConfig } from './find-config.ts';
import { type ResolvedConfig, resolveConfig } from './resolve-config.ts';

export interface LoadConfigOptions {
  /** Where the search for the file begins; it goes on upwards. */
  readonly cwd: string;
  /** The file itself, where it is named (`--config`); from `cwd`. */
  readonly file?: string | undefined;
}

export interface LoadedConfig {
  readonly config: ResolvedConfig;
  /** Absolute; undefined when there is none, and all is as by default. */
  readonly file?: string | undefined;
  /**
   * Checks the types that roles name, as soon as it is known which ones there are.
   *
   * @param types the resource types of the FHIR version
   * @throws Problem `config-invalid`
   */
  checkTypes(types: readonly string[]): void;
}

/**
 * Finds, reads and checks the configuration. Without a file this costs a look into a few folders: what reads one is loaded for one alone.
 *
 * @throws Problem `config-invalid`, `config-missing`, `config-ambiguous`, `config-not-trusted`, `config-unreadable`
 */
export async function loadConfig({ cwd, file }: LoadConfigOptions): Promise<LoadedConfig> {
  const path = file === undefined ? findConfig(cwd) : namedConfig(file, cwd);
  if (path === undefined) return { config: resolveConfig({}), checkTypes: () => undefined };
  const { readConfig } = await import('./read-config.ts');
  return readConfig(path, cwd);
}
