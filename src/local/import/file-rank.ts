/**
 * What others refer to comes first: those that refer to it by a condition (`Practitioner?identifier=…`, as Synthea's patients do) can't
 * be stored before. Types not named here share the last rank.
 */
const RANKS: readonly (readonly string[])[] = [
  ['Organization', 'StructureDefinition', 'ValueSet', 'CodeSystem', 'SearchParameter'],
  ['Location', 'Practitioner', 'Medication', 'Substance', 'Endpoint', 'Device', 'Questionnaire'],
  ['PractitionerRole', 'HealthcareService'],
];

/** All ranks, in order. */
export const FILE_RANKS: readonly number[] = [...RANKS.keys(), RANKS.length];

/** The rank of a file, by the first resource in it that is no Bundle; its first part is enough. */
export function fileRank(head: string): number {
  for (const [, type = ''] of head.matchAll(/"resourceType"\s*:\s*"(\w+)"/g)) {
    if (type === 'Bundle') continue;
    const rank = RANKS.findIndex((types) => types.includes(type));
    return rank === -1 ? RANKS.length : rank;
  }
  return RANKS.length;
}
