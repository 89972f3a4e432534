import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import { isJsonObject, type Resource } from '../../fhir/resource.ts';
import type { WriteTarget } from './write-target.ts';

/** A resource as it will be stored: parsed and serialised. */
export interface Content {
  readonly resource: Resource;
  readonly body: Uint8Array;
}

/**
 * Gives a resource the id and version that it will have (https://hl7.org/fhir/R4/resource.html#Meta); the rest of its meta stays.
 *
 * @param lastUpdated ms since the epoch.
 */
export function prepareContent(
  resource: Resource,
  target: Pick<WriteTarget, 'id' | 'expected'>,
  lastUpdated: number,
): Content {
  const { resourceType, id: _, meta, ...rest } = resource;
  const prepared: Resource = {
    resourceType,
    id: target.id,
    meta: {
      ...(isJsonObject(meta) ? meta : {}),
      versionId: String(target.expected + 1),
      lastUpdated: new Date(lastUpdated).toISOString(),
    },
    ...rest,
  };
  return { resource: prepared, body: Buffer.from(stringifyJson(prepared)) };
}
