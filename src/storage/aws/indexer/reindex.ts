import { setTimeout as sleep } from 'node:timers/promises';
import type { StoredVersion } from '../../store.ts';
import { type DocumentParts, documentOf } from '../index/document.ts';
import { BUILDING_KNOWN_FOR, type Indices, type SendToEngine } from '../index/indices.ts';
import { type IndexSettings, indexBody } from '../index/mapping.ts';
import { type Poison, writeDocuments } from '../index/write-documents.ts';
import type { VersionTable } from '../parts.ts';

export interface ReindexOptions extends DocumentParts {
  readonly table: VersionTable;
  readonly send: SendToEngine;
  readonly indices: Indices;
  readonly settings?: IndexSettings | undefined;
  /** Default: all that have ever been written. */
  readonly types?: readonly string[] | undefined;
  /** Types at once; default 2. */
  readonly parallel?: number | undefined;
  readonly onProgress?: ((progress: ReindexProgress) => void) | undefined;
  /** Asked after each batch: whether to end here. The next call goes on. Default: never. */
  readonly isOver?: (() => boolean) | undefined;
  /** ms since the epoch. */
  readonly now: () => number;
}

export interface ReindexProgress {
  readonly type: string;
  /** Resources that were written. */
  readonly written: number;
  readonly done: boolean;
}

/** What became of a type. */
export interface ReindexedType {
  readonly type: string;
  /** Resources, in this call. */
  readonly written: number;
  /** Searches see the new index. False: the time was over. */
  readonly done: boolean;
  /** What OpenSearch did not take. */
  readonly poison: readonly Poison[];
}

const BATCH = 500;

/**
 * Makes the indexes of types anew from the table, each beside the one that is searched, then swaps them: searches see the one or the other, and
 * nothing that is written meanwhile is lost, as writers write into both. Run again after an end at any moment, it goes on where it was.
 */
export async function reindex(options: ReindexOptions): Promise<readonly ReindexedType[]> {
  const { table, types = await table.types(), parallel = 2 } = options;
  const waiting = [...types];
  const results: ReindexedType[] = [];
  const work = async () => {
    for (let type = waiting.shift(); type !== undefined; type = waiting.shift()) {
      results.push(await reindexType(options, type));
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, parallel) }, work));
  return results;
}

async function reindexType(options: ReindexOptions, type: string): Promise<ReindexedType> {
  const { table, send, indices, onProgress, isOver = () => false, now } = options;
  await indices.ensure(type, new Map());
  const building = await beginBuilding(options, type);
  indices.forget(type);
  // Until all writers know of it.
  await sleep(BUILDING_KNOWN_FOR + 500);
  const begin = now();
  const poison: Poison[] = [];
  let written = 0;
  let batch = new Set<string>();

  async function write(until: number): Promise<void> {
    const current = await table.readMany([...batch].map((id) => ({ type, id })));
    const versions = current.filter((version): version is StoredVersion => version !== undefined);
    poison.push(
      ...(await writeDocuments(
        send,
        indices,
        versions.map((version) => documentOf(version, options)),
      )),
    );
    written += versions.length;
    batch = new Set();
    await keepProgress(send, building.name, until);
    onProgress?.({ type, written, done: false });
  }

  for await (const { id, at } of table.writtenSince(type, building.until)) {
    // What is written from here on is in both.
    if (at > begin) break;
    batch.add(id);
    if (batch.size < BATCH) continue;
    await write(at);
    if (isOver()) return { type, written, done: false, poison };
  }
  if (batch.size > 0) await write(begin);
  await swap(options, type, building.name);
  onProgress?.({ type, written, done: true });
  return { type, written, done: true, poison };
}

interface Building {
  /** The index's own name. */
  readonly name: string;
  /** All that was written until then is in it, ms since the epoch. */
  readonly until: number;
}

type Indexes = Readonly<
  Record<
    string,
    {
      readonly aliases: Readonly<Record<string, object>>;
      readonly mappings: { readonly _meta?: { readonly until?: number } };
    }
  >
>;

/** The index that an earlier run has begun, or a new one. */
async function beginBuilding({ send, indices, settings }: ReindexOptions, type: string): Promise<Building> {
  const all = await send<Indexes>({ method: 'GET', path: `/${indices.aliasOf(type)}-0*` });
  const alias = indices.buildingOf(type);
  for (const [name, { aliases, mappings }] of Object.entries(all)) {
    if (alias in aliases) return { name, until: mappings._meta?.until ?? 0 };
  }
  const last = Object.keys(all)
    .map((name) => Number(name.slice(-6)))
    .reduce((most, number) => Math.max(most, number), 0);
  const name = `${indices.aliasOf(type)}-${String(last + 1).padStart(6, '0')}`;
  await send({ method: 'PUT', path: `/${name}`, body: { ...indexBody(settings), aliases: { [alias]: {} } } });
  return { name, until: 0 };
}

async function keepProgress(send: SendToEngine, name: string, until: number): Promise<void> {
  await send({ method: 'PUT', path: `/${name}/_mapping`, body: { _meta: { until } } });
}

/** In one step for all searches; what was searched before goes. */
async function swap({ send, indices }: ReindexOptions, type: string, name: string): Promise<void> {
  const alias = indices.aliasOf(type);
  await send({ method: 'POST', path: `/${name}/_refresh` });
  const before = Object.keys(await send<Indexes>({ method: 'GET', path: `/_alias/${alias}` }));
  const actions = [
    { add: { index: name, alias } },
    { remove: { index: name, alias: indices.buildingOf(type) } },
    ...before.map((index) => ({ remove_index: { index } })),
  ];
  await send({ method: 'POST', path: '/_aliases', body: { actions } });
  indices.forget(type);
}
