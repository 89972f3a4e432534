import { inflateRawSync } from 'node:zlib';
import type { StoredResource } from '../../store.ts';
import type { Hit } from './engine-search.ts';
import type { SearchContext } from './search-context.ts';

/** What a search reads of each document. */
export const STORED_SOURCE = ['stored'];

/** The type of a hit: its last sort value in a search of several types. */
export function typeOfHit(types: readonly string[], { sort }: Hit): string {
  const [only] = types;
  return types.length === 1 && only !== undefined ? only : String(sort.at(-1));
}

/** The versions that hits show, in their order. One that is gone from the table meanwhile is left out. */
export async function storedResources(
  context: SearchContext,
  types: readonly string[],
  hits: readonly Hit[],
): Promise<readonly StoredResource[]> {
  const found = hits.map((hit) => storedResource(context, typeOfHit(types, hit), hit));
  const all = found.some((each) => each instanceof Promise) ? await Promise.all(found) : found;
  return all.filter((each): each is StoredResource => each !== undefined && !(each instanceof Promise));
}

function storedResource(
  context: SearchContext,
  type: string,
  { _id, _source }: Hit,
): StoredResource | undefined | Promise<StoredResource | undefined> {
  if (_source === undefined) return undefined;
  const { version, lastUpdated, method, body } = _source.stored;
  if (body === undefined) return away(context, type, _id, version);
  return { type, id: _id, version, lastUpdated, method, body: inflateRawSync(Buffer.from(body, 'base64')) };
}

async function away(
  context: SearchContext,
  type: string,
  id: string,
  version: number,
): Promise<StoredResource | undefined> {
  const found = await context.readVersion(type, id, version);
  return found?.body === undefined ? undefined : { ...found, body: found.body };
}
