import type { StoredVersion } from '../../storage/store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { namesVersion, parseEntityTags, versionHeaders } from './etags.ts';

/**
 * The 304 for a reader who has this version (https://hl7.org/fhir/R4/http.html#cread); undefined when there is more to say.
 * `If-None-Match` decides where both headers are there (RFC 9110, section 13.2.2).
 *
 * @throws FhirError 400 for tags that are none.
 */
export function notModified(version: StoredVersion, { headers }: Pick<Call, 'headers'>): FhirResponse | undefined {
  const ifNoneMatch = headers['if-none-match'];
  const ifModifiedSince = headers['if-modified-since'];
  if (ifNoneMatch === undefined && ifModifiedSince === undefined) return undefined;
  const known =
    ifNoneMatch === undefined
      ? isOld(version, ifModifiedSince)
      : namesVersion(parseEntityTags('If-None-Match', ifNoneMatch), version.version);
  return known ? { status: 304, headers: versionHeaders(version) } : undefined;
}

/** HTTP dates have whole seconds; one that can't be read is as good as none (RFC 9110, section 13.1.3). */
function isOld({ lastUpdated }: StoredVersion, ifModifiedSince: string | undefined): boolean {
  const since = Date.parse(ifModifiedSince ?? '');
  return !Number.isNaN(since) && Math.floor(lastUpdated / 1000) * 1000 <= since;
}
