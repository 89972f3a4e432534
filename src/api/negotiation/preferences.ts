/** What a client prefers (https://hl7.org/fhir/R4/http.html#ops). */
export interface Preferences {
  readonly return: 'minimal' | 'representation' | 'OperationOutcome';
  readonly handling: 'strict' | 'lenient';
  /** Ours: answer a write when searches find it, where that takes longer. */
  readonly searchable?: boolean | undefined;
  /** Seconds to wait at most (RFC 7240, section 4.3). */
  readonly wait?: number | undefined;
}

/** Without the header. */
export const DEFAULT_PREFERENCES: Preferences = { return: 'representation', handling: 'strict' };

const RETURNS: ReadonlyMap<string, Preferences['return']> = new Map([
  ['minimal', 'minimal'],
  ['representation', 'representation'],
  ['operationoutcome', 'OperationOutcome'],
]);

/** Reads `Prefer`. A preference that is not known is none (RFC 7240, section 2). */
export function parsePreferences(prefer: string | undefined): Preferences {
  if (prefer === undefined) return DEFAULT_PREFERENCES;
  let preferences = DEFAULT_PREFERENCES;
  for (const part of prefer.split(/[,;]/)) {
    const [name = '', value = ''] = part.split('=').map((text) =>
      text
        .trim()
        .replace(/^"(.*)"$/, '$1')
        .toLowerCase(),
    );
    const asked = name === 'return' ? RETURNS.get(value) : undefined;
    if (asked !== undefined) preferences = { ...preferences, return: asked };
    if (name === 'handling' && (value === 'strict' || value === 'lenient'))
      preferences = { ...preferences, handling: value };
    if (name === 'searchable') preferences = { ...preferences, searchable: true };
    if (name === 'wait' && /^\d{1,6}$/.test(value)) preferences = { ...preferences, wait: Number(value) };
  }
  return preferences;
}
