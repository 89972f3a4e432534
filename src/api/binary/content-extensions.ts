import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { isJsonObject, type JsonValue, type Resource } from '../../fhir/resource.ts';
import { dataElement } from './data-element.ts';
import type { Transfer } from './signed-urls.ts';

/** The extensions of a Binary's content that say where it is to be put, and had (docs/binary.md). */
export const URL_EXTENSIONS: Readonly<Record<Transfer, string>> = {
  put: 'urn:uuid:3c1f6f0e-7f0e-4a53-9d0c-6a1f3b2f5a10',
  get: 'urn:uuid:5b0c7a52-0a1c-4f43-8c7e-2d9e4c8b7e21',
};

const OURS: ReadonlySet<unknown> = new Set(Object.values(URL_EXTENSIONS));

/** A Binary that says where its content is to be put, or had; beside what its writer has said of the element. */
export function withUrl(resource: Resource, version: FhirVersion, transfer: Transfer, url: string): Resource {
  const name = `_${dataElement(version)}`;
  const { holder, extensions } = extensionsOf(resource[name]);
  // STU3 has no data type `url`.
  const extension = { url: URL_EXTENSIONS[transfer], [version === '4.0.1' ? 'valueUrl' : 'valueUri']: url };
  return { ...resource, [name]: { ...holder, extension: [...extensions, extension] } };
}

/** A Binary without what {@link withUrl} adds: who reads a Binary and writes it back sends the URL too, which must not be stored. */
export function withoutUrls(resource: Resource, version: FhirVersion): Resource {
  const name = `_${dataElement(version)}`;
  const { holder, extensions } = extensionsOf(resource[name]);
  const kept = extensions.filter((extension) => !(isJsonObject(extension) && OURS.has(extension.url)));
  if (kept.length === extensions.length) return resource;
  const { [name]: _, ...rest } = resource;
  const { extension: __, ...others } = holder;
  if (kept.length > 0) return { ...rest, [name]: { ...others, extension: kept } } as Resource;
  return (Object.keys(others).length === 0 ? rest : { ...rest, [name]: others }) as Resource;
}

function extensionsOf(holder: JsonValue | undefined) {
  if (!isJsonObject(holder)) return { holder: {}, extensions: [] };
  return { holder, extensions: Array.isArray(holder.extension) ? holder.extension : [] };
}
