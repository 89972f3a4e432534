import { badRequest, FhirError } from '../../fhir/operation-outcome.ts';
import type { StoredVersion } from '../../storage/store.ts';

/** A version as an entity tag (https://hl7.org/fhir/R4/http.html#versioning). */
export function etag(version: number): string {
  return `W/"${version}"`;
}

/** `Last-Modified` of a version; without fractions of a second, as HTTP has none. */
export function lastModified(version: StoredVersion): string {
  return new Date(version.lastUpdated).toUTCString();
}

/** What tells a version to HTTP caches and to those who will update it. */
export function versionHeaders(version: StoredVersion): Record<string, string> {
  return { etag: etag(version.version), 'last-modified': lastModified(version) };
}

/** `*`, or the opaque texts of one or more tags. */
export type EntityTags = '*' | readonly string[];

/**
 * The value of `If-Match` or `If-None-Match`: tags separated by commas. Weak and strong ones are the same to FHIR.
 *
 * @throws FhirError 400 when it is not written so.
 */
export function parseEntityTags(header: string, value: string): EntityTags {
  const text = value.trim();
  if (text === '*') return '*';
  const tags: string[] = [];
  const tag = /\s*(?:W\/)?"([\x21\x23-\x7e\x80-\xff]*)"\s*(,|$)/y;
  for (;;) {
    const found = tag.exec(text);
    if (found === null) break;
    tags.push(found[1] ?? '');
    if (found[2] === '') return tags;
  }
  throw badRequest('value', `"${header}" is not an entity tag such as W/"3", the version that it is about.`);
}

/** Whether one of the tags is the version's. */
export function namesVersion(tags: EntityTags, version: number): boolean {
  return tags === '*' || tags.includes(String(version));
}

/**
 * Holds a write to its `If-Match` (https://hl7.org/fhir/R4/http.html#concurrency).
 *
 * @throws FhirError 412 when the current version is another one, or there is none.
 */
export function requireMatch(ifMatch: string | undefined, current: StoredVersion | undefined): void {
  if (ifMatch === undefined) return;
  const tags = parseEntityTags('If-Match', ifMatch);
  const named = current !== undefined && namesVersion(tags, current.version);
  // A deletion has a version too, by which it can be undone; `*` asks for something to be there.
  if (named && !(tags === '*' && current.body === undefined)) return;
  throw current === undefined
    ? new FhirError(412, 'conflict', 'The resource does not exist, so that no version of it can match "If-Match".')
    : new FhirError(
        412,
        'conflict',
        `The current version is not one that "If-Match" names: it is ${etag(current.version)}.`,
        {
          headers: versionHeaders(current),
        },
      );
}

/**
 * Holds an update to its `If-None-Match`.
 *
 * @throws FhirError 412 when what is there now is what must not be.
 */
export function requireNoMatch(ifNoneMatch: string | undefined, current: StoredVersion | undefined): void {
  if (ifNoneMatch === undefined || current?.body === undefined) return;
  if (!namesVersion(parseEntityTags('If-None-Match', ifNoneMatch), current.version)) return;
  throw new FhirError(412, 'conflict', 'The resource exists, and "If-None-Match" says that it must not.', {
    headers: versionHeaders(current),
  });
}
