import { splitUnescaped, unescaped } from '../escapes.ts';
import { invalidValue } from '../refusals.ts';
import type { SearchContext } from '../search-context.ts';
import type { ValueTest } from '../search-query.ts';

/** What a reference parameter's value is read against. */
export interface ReferenceTarget {
  readonly parameter: string;
  /** The types that a bare id may be of. */
  readonly types: readonly string[];
  /** The parameter's elements may be canonicals, which name even what is here by its URL. */
  readonly canonical: boolean;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const LITERAL = /^([A-Za-z]+)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const ABSOLUTE = /^[A-Za-z][A-Za-z0-9+.-]*:/;

/**
 * `id`, `Type/id`, an absolute URL, or a canonical with or without `|version` (https://hl7.org/fhir/R4/search.html#reference). Versions of
 * literal references are left out of account.
 *
 * @throws FhirError 400
 */
export function parseReferenceTests(
  value: string,
  target: ReferenceTarget,
  context: SearchContext,
): readonly ValueTest[] {
  const [text = '', version, ...more] = splitUnescaped(value, '|').map(unescaped);
  if (more.length > 0) throw invalidReference(target);
  if (ABSOLUTE.test(text)) return absoluteTests(text, version, target, context);
  if (version !== undefined) throw invalidReference(target);
  if (ID.test(text)) return target.types.map((type) => ({ kind: 'reference', type, id: text }));
  const local = literal(text, context);
  if (local === undefined) throw invalidReference(target);
  return [local];
}

/** The canonical that `:below` extends to further versions. @throws FhirError 400 */
export function parseCanonicalBelowTest(value: string, target: ReferenceTarget): ValueTest {
  const [url = '', version, ...more] = splitUnescaped(value, '|').map(unescaped);
  if (!ABSOLUTE.test(url) || more.length > 0) {
    throw invalidValue(target.parameter, 'a canonical URL, [url] or [url]|[version]');
  }
  return { kind: 'reference-url', url, version: version || undefined, match: 'below' };
}

function absoluteTests(
  text: string,
  version: string | undefined,
  { canonical }: ReferenceTarget,
  context: SearchContext,
): readonly ValueTest[] {
  const url = text.replace(/\/_history\/.*$/s, '');
  const outside: ValueTest = { kind: 'reference-url', url, version: version || undefined, match: 'exact' };
  const base = `${context.baseUrl}/`;
  const local = version === undefined && url.startsWith(base) ? literal(url.slice(base.length), context) : undefined;
  if (local === undefined) return [outside];
  return canonical ? [local, outside] : [local];
}

function literal(text: string, { definitions }: SearchContext): ValueTest | undefined {
  const [, type, id] = LITERAL.exec(text) ?? [];
  if (type === undefined || id === undefined || !definitions.isResourceType(type)) return undefined;
  return { kind: 'reference', type, id };
}

function invalidReference({ parameter }: ReferenceTarget) {
  return invalidValue(parameter, 'a reference: [id], [type]/[id], an absolute URL or [canonical]|[version]');
}
