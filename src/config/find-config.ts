import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { Problem } from './problem.ts';

/** The names that are looked for. */
export const CONFIG_NAMES = ['ts', 'mts', 'js', 'mjs', 'json'].map((extension) => `fwoa.config.${extension}`);

/**
 * The nearest configuration file, from a folder upwards; undefined when there is none.
 *
 * @throws Problem `config-ambiguous` when a folder has several; `config-not-trusted` for one that another user could have put there to have
 * their code run
 */
export function findConfig(folder: string): string | undefined {
  let current = resolve(folder);
  for (;;) {
    const found = CONFIG_NAMES.map((name) => join(current, name)).filter((file) => existsSync(file));
    const [file] = found;
    if (found.length > 1) throw ambiguous(current, found);
    if (file !== undefined) {
      requireTrust(file);
      return file;
    }
    const parent = dirname(current);
    if (parent === current) return undefined;
    current = parent;
  }
}

/** A file that is named. @throws Problem `config-missing` */
export function namedConfig(file: string, folder: string): string {
  const path = resolve(folder, file);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    const what = `There is no configuration file ${file}.`;
    throw new Problem('config-missing', { what, next: 'Name one that is there: --config FILE.' }, { kind: 'usage' });
  }
  return path;
}

function ambiguous(folder: string, files: readonly string[]): Problem {
  const names = files.map((file) => file.slice(folder.length).replace(/^[\\/]/, '')).join(', ');
  return new Problem('config-ambiguous', {
    what: `${folder} has several configuration files: ${names}.`,
    next: 'Keep one of them, or name it: --config FILE.',
  });
}

/** A folder above may be everyone's (/tmp), and a configuration is code. */
function requireTrust(file: string): void {
  const { uid, mode } = statSync(file);
  const own = process.getuid?.();
  // Windows has no such owners.
  if (own === undefined) return;
  const others = (mode & 0o002) !== 0;
  if ((uid === own || uid === 0) && !others) return;
  throw new Problem('config-not-trusted', {
    what: `${file} is not used: ${others ? 'everyone may change it' : 'it belongs to another user'}.`,
    why: 'A configuration is code that runs with your rights.',
    next: `If you trust it, name it: --config ${file}`,
  });
}
