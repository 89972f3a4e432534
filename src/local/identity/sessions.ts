import { randomBytes, randomUUID } from 'node:crypto';
import { sha256 } from '../../auth/digest.ts';
import type { Database, SqlRow } from '../../storage/embedded/sqlite.ts';
import { numberOf } from './users.ts';

/** What one sign-in gave: all tokens that came of it are of one family. Times are ms since the epoch. */
export interface Session {
  /** `origin_jti` of its access tokens. */
  readonly id: string;
  readonly sub: string;
  readonly signedInAt: number;
  /** When its last refresh token expires. */
  readonly expiresAt: number;
  readonly revokedAt: number | undefined;
}

/** A refresh token that was found, with the session that it is of. */
export interface FoundRefreshToken {
  readonly session: Session;
  readonly used: boolean;
}

/** The tables of sessions and refresh tokens. Of a refresh token its SHA-256 is kept: it is 256 random bits. */
export interface Sessions {
  begin(sub: string, now: number, lasts: number): Session;
  /** A new refresh token of a session. */
  addRefreshToken(session: string): string;
  findRefreshToken(token: string): FoundRefreshToken | undefined;
  markUsed(token: string, now: number): void;
  revoke(session: string, now: number): void;
  revokeAllOf(sub: string, now: number): void;
  /** Ids of those that were revoked since a time. */
  revokedSince(time: number): readonly string[];
  /** Removes what has expired. */
  prune(now: number): void;
}

export function sessionsIn(database: Database): Sessions {
  const begin = database.prepare('INSERT INTO sessions (id, sub, signed_in_at, expires_at) VALUES (?, ?, ?, ?)');
  const add = database.prepare('INSERT INTO refresh_tokens (hash, session) VALUES (?, ?)');
  const find = database.prepare(
    'SELECT s.*, t.used_at FROM refresh_tokens t JOIN sessions s ON s.id = t.session WHERE t.hash = ?',
  );
  const markUsed = database.prepare('UPDATE refresh_tokens SET used_at = ? WHERE hash = ?');
  const revoke = database.prepare('UPDATE sessions SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL');
  const revokeAll = database.prepare('UPDATE sessions SET revoked_at = ? WHERE sub = ? AND revoked_at IS NULL');
  const revoked = database.prepare('SELECT id FROM sessions WHERE revoked_at >= ?');
  const prune = database.prepare('DELETE FROM sessions WHERE expires_at < ?');
  return {
    begin(sub, now, lasts) {
      const session: Session = { id: randomUUID(), sub, signedInAt: now, expiresAt: now + lasts, revokedAt: undefined };
      begin.run(session.id, sub, now, session.expiresAt);
      return session;
    },
    addRefreshToken(session) {
      const token = randomBytes(32).toString('base64url');
      add.run(sha256(token), session);
      return token;
    },
    findRefreshToken(token) {
      const row = find.get(sha256(token));
      return row === undefined ? undefined : { session: sessionOf(row), used: row.used_at !== null };
    },
    markUsed: (token, now) => markUsed.run(now, sha256(token)),
    revoke: (session, now) => revoke.run(now, session),
    revokeAllOf: (sub, now) => revokeAll.run(now, sub),
    revokedSince: (time) => revoked.all(time).map(({ id }) => String(id)),
    prune: (now) => prune.run(now),
  };
}

function sessionOf(row: SqlRow): Session {
  return {
    id: String(row.id),
    sub: String(row.sub),
    signedInAt: Number(row.signed_in_at),
    expiresAt: Number(row.expires_at),
    revokedAt: numberOf(row.revoked_at),
  };
}
