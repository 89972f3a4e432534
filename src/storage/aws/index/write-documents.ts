import { setTimeout as sleep } from 'node:timers/promises';
import { StoreUnavailableError } from '../../store.ts';
import { EngineRefusal } from '../search/request.ts';
import type { IndexDocument } from './document.ts';
import type { Indices, SendToEngine } from './indices.ts';

/** A document that OpenSearch does not take, whatever is tried. */
export interface Poison {
  readonly type: string;
  readonly id: string;
  readonly version: number;
  /** The kind of error; nothing of the document. */
  readonly reason: string;
}

/** So many bytes of documents go into one request, about. */
const BULK_BYTES = 4 * 2 ** 20;
const BULK_DOCUMENTS = 1000;

const UNKNOWN_FIELD = 'strict_dynamic_mapping_exception';

/** How often what is refused for lack of room is sent again. */
const ATTEMPTS = 6;

interface BulkItem {
  readonly status: number;
  readonly error?: { readonly type?: string } | undefined;
}

/** An operation of a bulk request. */
interface Operation {
  readonly document: IndexDocument;
  readonly alias: string;
  readonly building: boolean;
  readonly lines: string;
}

/**
 * Writes documents, each on the condition that it is newer than what is there: again, or in another order, they come to the same.
 *
 * @returns those that OpenSearch does not take
 * @throws StoreUnavailableError
 */
export async function writeDocuments(
  send: SendToEngine,
  indices: Indices,
  documents: readonly IndexDocument[],
): Promise<readonly Poison[]> {
  const poison = new Map<string, Poison>();
  let waiting = documents;
  for (let tries = 1; waiting.length > 0; tries++) {
    const again = new Set<IndexDocument>();
    for (const batch of batches(await prepare(indices, waiting, poison))) {
      for (const { document } of await writeBatch(send, indices, batch, poison, tries)) again.add(document);
    }
    if (again.size > 0 && tries === ATTEMPTS) throw new StoreUnavailableError('throttled', 5);
    if (again.size > 0) await sleep(Math.random() * 50 * 2 ** tries);
    waiting = [...again];
  }
  return [...poison.values()];
}

async function prepare(
  indices: Indices,
  documents: readonly IndexDocument[],
  poison: Map<string, Poison>,
): Promise<Operation[]> {
  const operations: Operation[] = [];
  const byType = new Map<string, IndexDocument[]>();
  for (const document of documents) {
    const same = byType.get(document.type) ?? [];
    byType.set(document.type, same);
    same.push(document);
  }
  for (const [type, same] of byType) {
    const isBuilding = await indices.isBuilding(type);
    for (const building of isBuilding ? [false, true] : [false]) {
      const taken = await withFields(indices, type, same, building, poison);
      const alias = building ? indices.buildingOf(type) : indices.aliasOf(type);
      operations.push(...taken.map((document) => operationOf(document, alias, building)));
    }
  }
  return operations;
}

/** Those whose fields the index has, or takes. */
async function withFields(
  indices: Indices,
  type: string,
  documents: readonly IndexDocument[],
  building: boolean,
  poison: Map<string, Poison>,
): Promise<readonly IndexDocument[]> {
  const all = new Map(documents.flatMap(({ fields }) => [...fields]));
  try {
    await indices.ensure(type, all, building);
    return documents;
  } catch (error) {
    if (!(error instanceof EngineRefusal)) throw error;
    // It has just taken the place of the one that is searched.
    if (building && error.status === 404) return [];
    if (error.status !== 400) throw error;
  }
  // One of them has a field of another type than the index: each by itself.
  const taken: IndexDocument[] = [];
  for (const document of documents) {
    try {
      await indices.ensure(type, document.fields, building);
      taken.push(document);
    } catch (error) {
      if (!(error instanceof EngineRefusal && error.status === 400)) throw error;
      setAside(poison, document, 'illegal_field');
    }
  }
  return taken;
}

function operationOf(document: IndexDocument, alias: string, building: boolean): Operation {
  const { id, version, content } = document;
  const index = { _index: alias, _id: id, version, version_type: 'external', require_alias: true };
  return { document, alias, building, lines: `${JSON.stringify({ index })}\n${JSON.stringify(content)}\n` };
}

function* batches(operations: readonly Operation[]): Generator<readonly Operation[]> {
  let batch: Operation[] = [];
  let bytes = 0;
  for (const operation of operations) {
    if (batch.length > 0 && (bytes + operation.lines.length > BULK_BYTES || batch.length === BULK_DOCUMENTS)) {
      yield batch;
      batch = [];
      bytes = 0;
    }
    batch.push(operation);
    bytes += operation.lines.length;
  }
  if (batch.length > 0) yield batch;
}

/** @returns those to be sent again */
async function writeBatch(
  send: SendToEngine,
  indices: Indices,
  batch: readonly Operation[],
  poison: Map<string, Poison>,
  tries: number,
): Promise<readonly Operation[]> {
  const { items } = await send<{ readonly items: readonly { readonly index: BulkItem }[] }>({
    method: 'POST',
    path: '/_bulk',
    querystring: { filter_path: 'items.index.status,items.index.error.type' },
    lines: batch.map(({ lines }) => lines).join(''),
  });
  return batch.filter((operation, i) => {
    const { status, error } = items[i]?.index ?? { status: 503 };
    // 409: what is there is newer, or the same.
    if (status < 300 || status === 409) return false;
    const { document, building } = operation;
    if (status === 404) {
      // The aliases have changed: a building that is done has taken the other's place.
      indices.forget(document.type);
      return !building;
    }
    if (status === 429 || status >= 500) return true;
    if (error?.type === UNKNOWN_FIELD && tries < ATTEMPTS) {
      // It has the field that another index had: one that was made anew has taken its place.
      indices.forget(document.type);
      return true;
    }
    setAside(poison, document, error?.type ?? String(status));
    return false;
  });
}

function setAside(poison: Map<string, Poison>, { type, id, version }: IndexDocument, reason: string): void {
  poison.set(`${type}/${id}`, { type, id, version, reason: /^[a-z_0-9]+$/.test(reason) ? reason : 'error' });
}
