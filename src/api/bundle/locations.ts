import { badRequest } from '../../fhir/operation-outcome.ts';
import { isJsonObject } from '../../fhir/resource.ts';
import type { WriteTarget } from '../write/write-target.ts';
import type { Entry } from './parse-entries.ts';

/** A link to an entry of the transaction, as it will be. */
export interface Located {
  /** `Type/id`, with version and fragment where the link had them. */
  readonly url: string;
  /** The full URL is the resource's own `url` too: where it is used as a name it must stay, or the name would lead nowhere. */
  readonly isName: boolean;
}

/** Where the entries of a transaction are found once it is done. */
export interface Locations {
  /** By full URL, perhaps followed by a version or a fragment; undefined for what is no entry's. */
  find(url: string): Located | undefined;
}

interface Place {
  readonly reference: string;
  readonly version: number;
  readonly sourceVersion: string | undefined;
  readonly isName: boolean;
}

const HISTORY = '/_history/';

/**
 * Maps the full URLs of what a transaction writes (https://hl7.org/fhir/R4/bundle.html#bundle-unique). References to a version stay such,
 * and are to the version that is written.
 *
 * @throws FhirError 400 when two entries have one full URL, unless they are told apart by their `meta.versionId`.
 */
export function locationsOf(entries: readonly Entry[], targets: ReadonlyMap<number, WriteTarget>): Locations {
  const places = new Map<string, Place>();
  for (const { index, fullUrl, call } of entries) {
    const target = targets.get(index);
    if (fullUrl === undefined || target === undefined) continue;
    const place = placeOf(target, fullUrl, call.json);
    const other = places.get(fullUrl);
    if (other !== undefined && !areTwoVersions(place, other)) {
      const expression = `Bundle.entry[${index}].fullUrl`;
      throw badRequest('duplicate', 'Another entry of the transaction has the same fullUrl.', { expression });
    }
    if (other === undefined) places.set(fullUrl, place);
    if (place.sourceVersion !== undefined) places.set(fullUrl + HISTORY + place.sourceVersion, place);
  }
  // Full URLs of a transaction begin alike: most strings are passed by one look.
  const beginnings = new Set(Array.from(places.keys(), (fullUrl) => fullUrl.charCodeAt(0)));
  return { find: (url) => (beginnings.has(url.charCodeAt(0)) ? find(places, url) : undefined) };
}

function placeOf({ type, id, effect, expected }: WriteTarget, fullUrl: string, json: Entry['call']['json']): Place {
  const resource = isJsonObject(json) ? json : {};
  const versionId = isJsonObject(resource.meta) ? resource.meta.versionId : undefined;
  return {
    reference: `${type}/${id}`,
    version: effect === 'unchanged' ? expected : expected + 1,
    sourceVersion: typeof versionId === 'string' ? versionId : undefined,
    isName: resource.url === fullUrl,
  };
}

function areTwoVersions(a: Place, b: Place): boolean {
  return a.sourceVersion !== undefined && b.sourceVersion !== undefined && a.sourceVersion !== b.sourceVersion;
}

function find(places: ReadonlyMap<string, Place>, url: string): Located | undefined {
  const exact = places.get(url);
  const history = url.lastIndexOf(HISTORY);
  if (exact !== undefined && history < 0) return { url: exact.reference, isName: exact.isName };
  const hash = url.indexOf('#');
  if (history < 0 && hash < 0) return undefined;
  const end = hash < 0 ? url.length : hash;
  const identityEnd = history < 0 || history > end ? end : history;
  const place = places.get(url.slice(0, end)) ?? places.get(url.slice(0, identityEnd));
  if (place === undefined) return undefined;
  const version = identityEnd === end ? '' : HISTORY + place.version;
  return { url: place.reference + version + url.slice(end), isName: place.isName };
}
