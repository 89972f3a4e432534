import { FhirError } from '../../fhir/operation-outcome.ts';
import type { StoredResource, StoredVersion } from '../../storage/store.ts';
import type { ServerContext } from '../server-context.ts';
import { versionHeaders } from './etags.ts';
import { isResource, locationOf } from './render-resource.ts';

/** The error for what never was there. */
export function missing(type: string, what: 'resource' | 'version' = 'resource'): FhirError {
  const text = what === 'resource' ? `There is no ${type} with this id.` : `There is no such version of this ${type}.`;
  return new FhirError(404, 'not-found', text);
}

/** A version's resource (https://hl7.org/fhir/R4/http.html#read). @throws FhirError 410, with the deletion's version, when it is deleted */
export function requireThere(context: ServerContext, version: StoredVersion): StoredResource {
  if (isResource(version)) return version;
  throw new FhirError(410, 'deleted', `This ${version.type} has been deleted; its history is still there.`, {
    headers: { ...versionHeaders(version), location: locationOf(context, version) },
  });
}
