import { constants, type Dirent } from 'node:fs';
import { access, readdir, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Problem, systemCode } from '../../config/problem.ts';
import { formatOf, type ImportFile } from './import-file.ts';

/** What a walk over the paths came upon. */
export interface FoundFiles {
  readonly files: readonly ImportFile[];
  /** Files in folders that were left out for their names. */
  readonly ignored: number;
}

/**
 * The files that some paths name: files themselves, and what lies in folders at any depth, in the order of their names. A file that is
 * reached twice is imported once.
 *
 * @throws Problem for a path that is missing, unreadable or of another kind, and when there is nothing at all
 */
export async function findFiles(paths: readonly string[], cwd: string): Promise<FoundFiles> {
  const walk: Walk = { files: new Map(), folders: new Set(), ignored: 0 };
  for (const path of paths) await visit(path, resolve(cwd, path), true, walk);
  if (walk.files.size === 0) {
    throw new Problem('nothing-to-import', {
      what: `There is nothing to import in ${paths.join(', ')}.`,
      why: `No file there ends in .json, .ndjson, .json.gz or .ndjson.gz${walk.ignored > 0 ? ` (${walk.ignored} others do not count)` : ''}.`,
      next: 'Name files or folders that hold FHIR resources or bundles.',
    });
  }
  return { files: [...walk.files.values()], ignored: walk.ignored };
}

interface Walk {
  /** By real path. */
  readonly files: Map<string, ImportFile>;
  readonly folders: Set<string>;
  ignored: number;
}

async function visit(name: string, path: string, named: boolean, walk: Walk): Promise<void> {
  const found = await inspect(name, path);
  if (found.isDirectory()) {
    const real = await realpath(path);
    if (walk.folders.has(real)) return;
    walk.folders.add(real);
    for (const child of await children(path)) await visit(join(name, child), join(path, child), false, walk);
    return;
  }
  const format = found.isFile() ? formatOf(path) : undefined;
  if (format !== undefined) {
    const real = await realpath(path);
    if (!walk.files.has(real)) walk.files.set(real, { name, path, ...format, size: found.size });
  } else if (named) throw unknownKind(name);
  else walk.ignored += 1;
}

async function children(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  // Hidden ones are other programs' own: .git, .DS_Store, our .fwoa.
  return entries
    .map((entry) => entry.name)
    .filter((name) => !name.startsWith('.') && name !== 'node_modules')
    .sort();
}

async function inspect(name: string, path: string) {
  try {
    const found = await stat(path);
    await access(path, constants.R_OK);
    return found;
  } catch (error) {
    const missing = systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR';
    const why = missing
      ? undefined
      : systemCode(error) === 'EACCES'
        ? 'You have no permission to read it.'
        : String(error);
    const what = missing ? `There is no file or folder ${name}.` : `${name} cannot be read.`;
    throw new Problem(
      missing ? 'path-missing' : 'path-unreadable',
      { what, why, next: 'Check the path.' },
      { cause: error },
    );
  }
}

function unknownKind(name: string): Problem {
  return new Problem('unknown-kind', {
    what: `${name} is of no kind that can be imported.`,
    why: 'Its name ends neither in .json nor in .ndjson (or one of these and .gz).',
    next: 'If it is FHIR JSON, give it such a name.',
  });
}
