/** What a rule can allow, by the names of FHIR (https://hl7.org/fhir/R4/valueset-type-restful-interaction.html, valueset-system-restful-interaction.html). */
export const ALLOWABLE = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'history-system',
  'create',
  'search-type',
  'search-system',
  'capabilities',
  'batch',
  'transaction',
  'operation',
] as const;
export type Allowable = (typeof ALLOWABLE)[number];

/** Some interactions on some types. */
export interface RoleRule {
  /** `*`: all. */
  readonly interactions: readonly ('*' | Allowable)[];
  /** Resource types; `*`: all. */
  readonly types: '*' | readonly string[];
}

/** What users of a role may do: what any of its rules allows. */
export interface Role {
  readonly name: string;
  readonly description?: string | undefined;
  readonly rules: readonly RoleRule[];
}
