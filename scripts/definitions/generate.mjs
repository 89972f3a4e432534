// Writes definitions/<version>/*.json from the published definitions; with --check, only says which files differ.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tableProblems } from './check-tables.mjs';
import { toJsonLines } from './json-lines.mjs';
import { installSources, readSources } from './sources.mjs';
import { buildTables, tableFiles } from './tables.mjs';

const output = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'definitions');

/** @type {import('./formats.d.ts').FhirVersion[]} */
const versions = ['r4', 'stu3'];

/**
 * @param {string} file
 * @returns {string | undefined} undefined if there is no such file
 */
function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Files of a version's folder that the generator would not write.
 * @param {string} version
 * @param {Record<string, unknown>} files
 */
function strays(version, files) {
  const folder = join(output, version);
  try {
    return readdirSync(folder).filter((name) => !(name in files));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

/** @param {import('./tables.mjs').Tables} tables */
function summary(tables) {
  const parameters = Object.values(tables.searchParameters).flatMap((ofBase) => Object.values(ofBase));
  return [
    `${tables.resourceTypes.length} resource types`,
    `${Object.keys(tables.elements).length} types`,
    `${Object.keys(tables.primitives).length} primitive types`,
    `${parameters.length} search parameters (${parameters.filter(({ type }) => type === 'composite').length} composite)`,
    `${Object.keys(tables.compartments).length} compartments`,
    `${Object.keys(tables.codeSystems).length} code systems`,
    `${Object.keys(tables.valueSets).length} value sets`,
  ].join(', ');
}

/**
 * @param {boolean} checkOnly
 * @returns {number} the exit code
 */
function generate(checkOnly) {
  installSources();
  const sources = { r4: readSources('r4'), stu3: readSources('stu3') };
  /** @type {string[]} */
  const problems = [];
  /** @type {string[]} */
  const differing = [];
  /** @type {string[]} */
  const stray = [];
  for (const version of versions) {
    const tables = buildTables(version, sources);
    problems.push(...tableProblems(tables, version, sources[version]));
    if (problems.length > 0) continue;
    const files = tableFiles(tables);
    if (!checkOnly) mkdirSync(join(output, version), { recursive: true });
    for (const [name, table] of Object.entries(files)) {
      const file = join(output, version, name);
      const text = toJsonLines(table);
      if (readIfThere(file) === text) continue;
      differing.push(`definitions/${version}/${name}`);
      if (!checkOnly) writeFileSync(file, text);
    }
    stray.push(...strays(version, files).map((name) => `definitions/${version}/${name}`));
    console.log(`${version}: ${summary(tables)}`);
  }
  if (problems.length > 0) {
    console.error(problems.join('\n'));
    return 1;
  }
  if (differing.length > 0) console.log([checkOnly ? 'Differing:' : 'Written:', ...differing].join('\n  '));
  // Not ours to delete: someone put them there.
  if (stray.length > 0) console.error(['Not generated; delete them:', ...stray].join('\n  '));
  return stray.length > 0 || (checkOnly && differing.length > 0) ? 1 : 0;
}

process.exitCode = generate(process.argv.includes('--check'));
