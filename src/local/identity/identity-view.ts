import type { ClientSystem, ClientUsage } from '../../auth/client-directory.ts';
import { freshUsage } from '../../auth/client-limits.ts';
import type { ClientRow } from './clients.ts';
import type { IdentityTables } from './identity-tables.ts';
import { type PublicJwk, publicJwk } from './signing-keys.ts';
import type { UserRow } from './users.ts';

/** ms within which changes by other processes are not looked for again. */
export const CHECK_EVERY = 20;

/** What a request needs to know of the database, in memory. */
export interface IdentitySnapshot {
  readonly revision: number;
  /** By `sub`. */
  readonly users: ReadonlyMap<string, UserRow>;
  /** By the hash of their key. */
  readonly clients: ReadonlyMap<string, ClientSystem>;
  /** Sessions whose access tokens would be valid still, had the session not been revoked. */
  readonly revoked: ReadonlySet<string>;
  readonly keys: readonly VerifyingKey[];
}

/** A key that tokens are verified with. */
export interface VerifyingKey {
  readonly jwk: PublicJwk;
  /** When the last token that it signed has expired; ms since the epoch. */
  readonly until: number;
}

export interface IdentityView {
  /** As the database is now, whichever process changed it. */
  current(): IdentitySnapshot;
  /** After a change by this process, which `PRAGMA data_version` does not show. */
  invalidate(): void;
}

/**
 * Keeps what requests need in memory. `PRAGMA data_version` tells whether another process has committed anything since. It takes 3 µs, and 9 where
 * it alternates with other work: a sixth of a read. So it is asked every few milliseconds, and what others change holds so much later.
 *
 * @param accessLifetime of access tokens, ms
 */
export function createIdentityView(tables: IdentityTables, accessLifetime: number, now: () => number): IdentityView {
  const dataVersion = tables.database.prepare('PRAGMA data_version');
  let usages = new Map<string, ClientUsage>();
  let snapshot: IdentitySnapshot | undefined;
  let seen = -1;
  let checked = Number.NEGATIVE_INFINITY;

  /** The counts in memory hold on while the server runs: those in the database are behind them. */
  function takeClients(): ReadonlyMap<string, ClientSystem> {
    const before = usages;
    usages = new Map();
    const found = new Map<string, ClientSystem>();
    for (const row of tables.clients.all()) {
      const { id, name, rate, quota, keyHash } = row;
      const usage = before.get(id) ?? usageOf(row, now());
      usages.set(id, usage);
      found.set(keyHash, { id, name, rate, quota, usage });
    }
    return found;
  }

  function read(): IdentitySnapshot {
    const { users, sessions, signingKeys, settings } = tables;
    return {
      revision: settings.revision(),
      users: new Map(users.all().map((user) => [user.sub, user])),
      clients: takeClients(),
      revoked: new Set(sessions.revokedSince(now() - accessLifetime)),
      keys: signingKeys.all().map((key) => ({
        jwk: publicJwk(key),
        until: key.retiredAt === undefined ? Number.POSITIVE_INFINITY : key.retiredAt + accessLifetime,
      })),
    };
  }

  return {
    current() {
      const time = performance.now();
      if (snapshot !== undefined && time - checked < CHECK_EVERY) return snapshot;
      checked = time;
      // Read before the tables: a change between the two is then seen the next time.
      const version = Number(dataVersion.get()?.data_version);
      if (snapshot !== undefined && version === seen) return snapshot;
      seen = version;
      // Sign-ins and counts of usage are changes too, but none that matters here.
      if (snapshot === undefined || tables.settings.revision() !== snapshot.revision) snapshot = read();
      return snapshot;
    },
    invalidate() {
      snapshot = undefined;
    },
  };
}

/** The keys that tokens may be signed with at a time, for the JWKS. */
export function keysAt({ keys }: IdentitySnapshot, now: number): readonly PublicJwk[] {
  return keys.filter(({ until }) => now < until).map(({ jwk }) => jwk);
}

/** What was written down last. */
function usageOf({ rate, used, quotaEndsAt, lastUsedAt }: ClientRow, now: number): ClientUsage {
  return { ...freshUsage(rate, now), used, quotaEndsAt, lastUsedAt };
}
