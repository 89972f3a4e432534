/** A FHIR release that the server can speak, by the version number its capability statement gives. */
export type FhirVersion = '4.0.1' | '3.0.1';

const NAMES: Readonly<Record<string, FhirVersion>> = {
  '4.0.1': '4.0.1',
  '4.0': '4.0.1',
  r4: '4.0.1',
  '3.0.1': '3.0.1',
  '3.0.2': '3.0.1',
  '3.0': '3.0.1',
  stu3: '3.0.1',
  r3: '3.0.1',
};

/**
 * The release that a user's words name: `4.0.1`, `R4`, `3.0.2`, `stu3` …
 * STU3's two numbers are one release with a technical correction; they share definitions.
 */
export function parseFhirVersion(name: string): FhirVersion | undefined {
  return NAMES[name.trim().toLowerCase()];
}

/** The folder that holds a release's compiled definitions. */
export function definitionsFolder(version: FhirVersion): 'r4' | 'stu3' {
  return version === '4.0.1' ? 'r4' : 'stu3';
}
