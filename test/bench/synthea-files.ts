import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** Paths of Synthea's files: what others refer to first, then so many patients (default: all). */
export function syntheaFiles(folder: string, patients = Number.POSITIVE_INFINITY): readonly string[] {
  const names = readdirSync(folder)
    .filter((name) => /\.json(\.gz)?$/.test(name))
    .sort();
  // `hospitalInformation…` and `practitionerInformation…`, whatever stands before it.
  const shared = names.filter((name) => /Information\d/.test(name));
  const own = names.filter((name) => !shared.includes(name)).slice(0, patients);
  return [...shared, ...own].map((name) => join(folder, name));
}

/** How many of {@link syntheaFiles} the others refer to. */
export function sharedCount(files: readonly string[]): number {
  return files.filter((file) => /Information\d/.test(file)).length;
}

/** The bundle in a file. */
export function readBundle(file: string): Buffer {
  const content = readFileSync(file);
  return file.endsWith('.gz') ? gunzipSync(content) : content;
}
