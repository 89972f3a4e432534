import { join } from 'node:path';
import type { SqlValue } from '../../src/storage/embedded/sqlite.ts';
import { openBare } from './reference/bare-database.ts';

/** A data folder's database file. */
export function databaseFile(data: string): string {
  return join(data, 'fhir.sqlite');
}

export interface StoredBody {
  readonly id: string;
  readonly body: Uint8Array;
}

/** The current resources of a type (undefined: of all), each in its place of a fixed shuffle: neighbours are of different patients. */
export function storedResources(data: string, type?: string): readonly StoredBody[] {
  const database = openBare(databaseFile(data));
  const values: SqlValue[] = type === undefined ? [] : [type];
  const ofType = type === undefined ? '' : 'AND r.type = (SELECT number FROM resource_type WHERE name = ?)';
  const rows = database
    .prepare(`SELECT r.id, v.body FROM resource r JOIN version v ON v.seq = r.seq WHERE 1 ${ofType} ORDER BY r.key`)
    .all(...values);
  database.close();
  const found = rows.map(({ id, body }) => ({ id: String(id), body: body as Uint8Array }));
  // A stride that shares no factor with the length comes to each once.
  const stride = found.length % 7919 === 0 ? 7907 : 7919;
  return found.flatMap((_, i) => found[(i * stride) % found.length] ?? []);
}

/** A resource as a client sends it that creates it: without id and meta. */
export function withoutIdentity(body: Uint8Array): Record<string, unknown> {
  const { id: _id, meta: _meta, ...rest } = JSON.parse(Buffer.from(body).toString()) as Record<string, unknown>;
  return rest;
}
