import { randomUUID } from 'node:crypto';
import type { Quota, RateLimit } from '../../auth/identity-admin.ts';
import type { Database, SqlRow } from '../../storage/embedded/sqlite.ts';
import { numberOf } from './users.ts';

/** A row of the table. Times are ms since the epoch. */
export interface ClientRow {
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the API key. A key is 256 random bits, which no one guesses however fast the hash is; a slow one would cost each request. */
  readonly keyHash: string;
  readonly rate: RateLimit;
  readonly quota: Quota | undefined;
  /** Requests in the day or month that ends at `quotaEndsAt`. */
  readonly used: number;
  readonly quotaEndsAt: number;
  readonly createdAt: number;
  readonly lastUsedAt: number | undefined;
}

/** What is written back of a client system's usage. */
export type UsageRow = Pick<ClientRow, 'id' | 'used' | 'quotaEndsAt' | 'lastUsedAt'>;

/** The table of client systems. Names are the same in upper and lower case. */
export interface Clients {
  all(): readonly ClientRow[];
  byNameOrId(nameOrId: string): ClientRow | undefined;
  /** @returns undefined when there is one of this name */
  add(client: {
    name: string;
    keyHash: string;
    rate: RateLimit;
    quota: Quota | undefined;
    now: number;
  }): ClientRow | undefined;
  remove(id: string): void;
  setUsage(usage: UsageRow): void;
}

export function clientsIn(database: Database): Clients {
  const all = database.prepare('SELECT * FROM clients ORDER BY name');
  const byNameOrId = database.prepare('SELECT * FROM clients WHERE name = ?1 OR id = ?1 ORDER BY id = ?1 DESC');
  const insert = database.prepare(
    `INSERT INTO clients (id, name, key_hash, per_second, burst, quota, quota_per, created_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  );
  const remove = database.prepare('DELETE FROM clients WHERE id = ?');
  const setUsage = database.prepare('UPDATE clients SET used = ?, quota_ends_at = ?, last_used_at = ? WHERE id = ?');
  const byIdOrName = (nameOrId: string) => {
    const row = byNameOrId.get(nameOrId);
    return row === undefined ? undefined : clientOf(row);
  };
  return {
    all: () => all.all().map(clientOf),
    byNameOrId: byIdOrName,
    add({ name, keyHash, rate, quota, now }) {
      const id = randomUUID();
      const { perSecond, burst } = rate;
      insert.run(id, name, keyHash, perSecond, burst, quota?.requests ?? null, quota?.per ?? null, now);
      return byIdOrName(id);
    },
    remove: (id) => remove.run(id),
    setUsage: ({ id, used, quotaEndsAt, lastUsedAt }) => setUsage.run(used, quotaEndsAt, lastUsedAt ?? null, id),
  };
}

function clientOf(row: SqlRow): ClientRow {
  const requests = numberOf(row.quota);
  return {
    id: String(row.id),
    name: String(row.name),
    keyHash: String(row.key_hash),
    rate: { perSecond: Number(row.per_second), burst: Number(row.burst) },
    quota: requests === undefined ? undefined : { requests, per: row.quota_per === 'month' ? 'month' : 'day' },
    used: Number(row.used),
    quotaEndsAt: Number(row.quota_ends_at),
    createdAt: Number(row.created_at),
    lastUsedAt: numberOf(row.last_used_at),
  };
}
