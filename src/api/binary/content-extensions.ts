import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../../fhir/resource.ts';
import { dataElement } from './data-element.ts';
import { headerLines } from './link-header.ts';
import type { SignedUrl, Transfer } from './signed-urls.ts';

/**
 * The extensions of a Binary's content that say where it is to be put, and had (docs/binary.md). FHIR wants URLs here, not URNs
 * (https://hl7.org/fhir/R4/extensibility.html#Extension): these lie below the package's own page.
 */
export const URL_EXTENSIONS: Readonly<Record<Transfer, string>> = {
  put: 'https://www.npmjs.com/package/fwoa#binary-put-url',
  get: 'https://www.npmjs.com/package/fwoa#binary-get-url',
};

/** Beside them, for each header that a put has to send: `name: value`. */
export const HEADER_EXTENSION = 'https://www.npmjs.com/package/fwoa#binary-put-header';

const OURS: ReadonlySet<unknown> = new Set([...Object.values(URL_EXTENSIONS), HEADER_EXTENSION]);

/** The headers that have to be sent with a URL, as extensions. */
export function headerExtensions({ headers = {} }: SignedUrl): readonly JsonObject[] {
  return headerLines(headers).map((line) => ({ url: HEADER_EXTENSION, valueString: line }));
}

/** A Binary that says where its content is to be put, or had; beside what its writer has said of the element. */
export function withUrl(resource: Resource, version: FhirVersion, transfer: Transfer, signed: SignedUrl): Resource {
  const name = `_${dataElement(version)}`;
  const { holder, extensions } = extensionsOf(resource[name]);
  // STU3 has no data type `url`.
  const extension = { url: URL_EXTENSIONS[transfer], [version === '4.0.1' ? 'valueUrl' : 'valueUri']: signed.url };
  const all = [...extensions, extension, ...headerExtensions(signed)];
  return { ...resource, [name]: { ...holder, extension: all } };
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
