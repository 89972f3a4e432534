import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { definitionsFolder, type FhirVersion } from '../fhir-version.ts';

/** Reads one of a release's generated tables (scripts/definitions/README.md has their formats). */
export type ReadTable = <Table>(name: string) => Table;

/** Reads tables from the `definitions` folder beside the code: in a checkout, in the npm package, in a bundle. */
export function tableReader(version: FhirVersion): ReadTable {
  const read = tableTextReader(version);
  return (name) => JSON.parse(read(name));
}

/** The same, not parsed: each top-level key has a line of its own. */
export function tableTextReader(version: FhirVersion): (name: string) => string {
  const folder = join(findDefinitions(), definitionsFolder(version));
  return (name) => readFileSync(join(folder, `${name}.json`), 'utf8');
}

/** The nearest `definitions` folder upwards: the code runs from `src/…`, from `dist/…`, or from a bundle with the folder beside it. */
function findDefinitions(): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const found = join(folder, 'definitions');
    if (existsSync(join(found, 'r4', 'elements.json'))) return found;
    if (folder === dirname(folder))
      throw new Error('The FHIR definitions are missing from this installation of fwoa: install it again.');
  }
}
