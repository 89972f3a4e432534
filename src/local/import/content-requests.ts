import { parseJson } from '../../fhir/json/parse-json.ts';
import { stringifyJson } from '../../fhir/json/stringify-json.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '../../fhir/resource.ts';
import { headMembers } from './json-head.ts';
import { batchRequest, type Outgoing, type Piece, type Place, singleRequest } from './outgoing.ts';

/** Why a document is nothing that can be stored. */
export class NotImportableError extends Error {
  override readonly name = 'NotImportableError';
}

/** Resources of one request, when we make the bundle. */
export const BATCH_SIZE = 200;

const HEAD_CHARACTERS = 2 ** 14;

/**
 * The requests that store a document: a transaction or batch goes out as it is; of another Bundle each entry's resource, in batches;
 * anything else is a resource.
 *
 * @param line where the document stands alone in a line of a file
 * @throws NotImportableError when it is JSON, but not FHIR
 */
export function requestsFor(content: Buffer, line?: number): readonly Outgoing[] {
  const head = headMembers(content.toString('utf8', 0, HEAD_CHARACTERS));
  if (head.get('resourceType') === 'Bundle' && isExecuted(head.get('type')))
    return [executed(content, head.get('type'), line)];
  const document = parseJson(content);
  if (!isJsonObject(document)) throw new NotImportableError('It is JSON, but not an object: not a FHIR resource.');
  const type = document.resourceType;
  if (typeof type !== 'string') throw new NotImportableError('It is JSON, but not FHIR: it has no resourceType.');
  if (type !== 'Bundle') return [singleRequest({ place: { line, type, id: idOf(document) }, json: content })];
  if (isExecuted(document.type)) return [executed(content, document.type, line)];
  const pieces = piecesOf(document, line);
  const batches: Outgoing[] = [];
  for (let i = 0; i < pieces.length; i += BATCH_SIZE) batches.push(batchRequest(pieces.slice(i, i + BATCH_SIZE)));
  return batches;
}

function isExecuted(type: JsonValue | undefined): boolean {
  return type === 'transaction' || type === 'batch';
}

function executed(body: Buffer, type: JsonValue | undefined, line: number | undefined): Outgoing {
  let found: readonly Place[] | undefined;
  const places = () => {
    found ??= placesOf(body, line);
    return found;
  };
  return { method: 'POST', path: '', body, bundle: true, atomic: type === 'transaction', places };
}

/** What a bundle's entries are; none when it can't be parsed. */
function placesOf(body: Buffer, line: number | undefined): readonly Place[] {
  try {
    const bundle = JSON.parse(body.toString()) as { entry?: { resource?: { resourceType?: string; id?: string } }[] };
    return (bundle.entry ?? []).map(({ resource }, entry) => ({
      line,
      entry,
      type: resource?.resourceType ?? '?',
      id: resource?.id,
    }));
  } catch {
    return [];
  }
}

/** The resources of a collection, search set, history, document or message. */
function piecesOf(bundle: JsonObject, line: number | undefined): readonly Piece[] {
  const entries = Array.isArray(bundle.entry) ? bundle.entry : [];
  const seen = new Set<string>();
  return entries.flatMap((value, entry): Piece[] => {
    const resource = isJsonObject(value) ? value.resource : undefined;
    if (!isJsonObject(value) || !isJsonObject(resource)) return [];
    const type = resource.resourceType;
    // What a search had to say beside its matches (https://hl7.org/fhir/R4/bundle-definitions.html#Bundle.entry.search).
    const search = value.search;
    if (typeof type !== 'string' || (isJsonObject(search) && search.mode === 'outcome')) return [];
    const id = idOf(resource);
    // A history has several versions of a resource, the newest first.
    if (id !== undefined && seen.has(`${type}/${id}`)) return [];
    if (id !== undefined) seen.add(`${type}/${id}`);
    return [{ place: { line, entry, type, id }, json: stringifyJson(resource) }];
  });
}

function idOf(resource: JsonObject): string | undefined {
  return typeof resource.id === 'string' ? resource.id : undefined;
}
