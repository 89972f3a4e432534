import type { Prefix } from '../search-query.ts';

const PREFIXED = /^(eq|ne|gt|lt|ge|le|sa|eb|ap)(.*)$/s;

/** A value's prefix and what follows it; `eq` when it has none (https://hl7.org/fhir/R4/search.html#prefix). */
export function splitPrefix(value: string): readonly [prefix: Prefix, rest: string] {
  const found = PREFIXED.exec(value);
  return found === null ? ['eq', value] : [found[1] as Prefix, found[2] ?? ''];
}
