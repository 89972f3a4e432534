import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type FhirVersion, parseFhirVersion } from '../fhir/fhir-version.ts';
import { Problem, systemCode } from './problem.ts';

/** The FHIR version of a data folder that is made without one being named. */
export const DEFAULT_FHIR_VERSION: FhirVersion = '4.0.1';

const FILE = 'fwoa.json';

/** What is fixed for the life of a data folder, kept in its `fwoa.json`. */
export interface DataSettings {
  readonly fhirVersion: FhirVersion;
}

/** The settings of a data folder; undefined when it has none yet. */
export function readDataSettings(folder: string): DataSettings | undefined {
  const file = join(folder, FILE);
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
  return parse(text, file);
}

/** Writes the settings of a new data folder. */
export function writeDataSettings(folder: string, settings: DataSettings): void {
  writeFileSync(join(folder, FILE), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 });
}

/**
 * The settings that a start works with: those of the folder, or, for a new one, the version asked for.
 * A version other than the folder's is refused: what is stored was indexed by the other one's definitions.
 */
export function resolveDataSettings(
  folder: string,
  found: DataSettings | undefined,
  asked: FhirVersion | undefined,
): DataSettings {
  if (found === undefined) return { fhirVersion: asked ?? DEFAULT_FHIR_VERSION };
  if (asked === undefined || asked === found.fhirVersion) return found;
  throw new Problem('fhir-version-differs', {
    what: `The data folder ${folder} holds FHIR ${found.fhirVersion}, not ${asked}.`,
    why: 'A data folder keeps the FHIR version that it was made with.',
    next: `Leave --fhir-version out, or name another folder: --data ${folder}-${asked === '4.0.1' ? 'r4' : 'stu3'}`,
  });
}

function parse(text: string, file: string): DataSettings {
  let cause: unknown;
  try {
    const { fhirVersion } = JSON.parse(text) as { fhirVersion?: unknown };
    const version = typeof fhirVersion === 'string' ? parseFhirVersion(fhirVersion) : undefined;
    if (version !== undefined) return { fhirVersion: version };
  } catch (error) {
    cause = error;
  }
  throw new Problem(
    'settings-broken',
    {
      what: `${file} cannot be understood.`,
      why: 'It should be a JSON object like {"fhirVersion": "4.0.1"}.',
      next: 'Put that back, with the FHIR version that the folder was made with.',
    },
    { cause },
  );
}
