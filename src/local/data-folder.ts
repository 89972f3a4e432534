import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type DataSettings,
  readDataSettings,
  resolveDataSettings,
  writeDataSettings,
} from '../config/data-settings.ts';
import { Problem, systemCode } from '../config/problem.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import { folderInUse, takeFolderLock } from './folder-lock.ts';

/** A data folder, open and held for this process. */
export interface DataFolder {
  readonly path: string;
  readonly settings: DataSettings;
  /** True when this call made it. */
  readonly created: boolean;
  /** The store's database file. */
  readonly database: string;
  release(): void;
}

/**
 * Opens a data folder, or makes it, for the owner alone (folder 0700, files 0600); undefined when another process holds it.
 *
 * @param command what is told to others who want the folder meanwhile
 * @throws Problem when it is something else, has another FHIR version or can't be written
 */
export function tryDataFolder(
  path: string,
  fhirVersion: FhirVersion | undefined,
  command: string,
): DataFolder | undefined {
  prepare(path);
  // Before the lock: whoever holds it, a wrong version is wrong.
  resolveDataSettings(path, readDataSettings(path), fhirVersion);
  const lock = takeFolderLock(path, command);
  if (lock === undefined) return undefined;
  try {
    const found = readDataSettings(path);
    const settings = resolveDataSettings(path, found, fhirVersion);
    if (found === undefined) writeDataSettings(path, settings);
    return { path, settings, created: found === undefined, database: databaseFile(path), release: lock.release };
  } catch (error) {
    lock.release();
    throw describe(path, error);
  }
}

/** As {@link tryDataFolder}, but a folder that is in use is a Problem too. */
export function openDataFolder(path: string, fhirVersion: FhirVersion | undefined, command: string): DataFolder {
  const folder = tryDataFolder(path, fhirVersion, command);
  if (folder === undefined) throw folderInUse(path);
  return folder;
}

/** Makes the folder, or checks that what is there is one of ours or empty. */
function prepare(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (readDataSettings(path) === undefined && readdirSync(path).some((name) => !name.startsWith('lock.'))) {
      throw new Problem('not-a-data-folder', {
        what: `${path} is not a data folder of fwoa.`,
        why: 'It holds other files, and has no fwoa.json.',
        next: 'Name a new or an empty folder with --data.',
      });
    }
    chmodSync(path, 0o700);
  } catch (error) {
    throw describe(path, error);
  }
}

/** The database is there, empty, before SQLite opens it: its side files take its mode. */
function databaseFile(path: string): string {
  const file = join(path, 'fhir.sqlite');
  writeFileSync(file, '', { mode: 0o600, flag: 'a' });
  return file;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'You may not write there.',
  EPERM: 'You may not write there.',
  EROFS: 'The disk is read-only.',
  ENOSPC: 'The disk is full.',
  EEXIST: 'There is a file of that name.',
  ENOTDIR: 'A part of the path is a file.',
};

function describe(path: string, error: unknown): unknown {
  const why = REASONS[systemCode(error) ?? ''];
  if (why === undefined) return error;
  const what = `The data folder ${path} cannot be used.`;
  return new Problem('data-folder-unusable', { what, why, next: 'Name another folder with --data.' }, { cause: error });
}
