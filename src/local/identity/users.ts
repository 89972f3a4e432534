import { randomUUID } from 'node:crypto';
import type { Database, SqlRow } from '../../storage/embedded/sqlite.ts';

/** A row of the table. Times are ms since the epoch. */
export interface UserRow {
  /** Never used again, not for a user of the same name either. */
  readonly sub: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** As `hashPassword` makes it. */
  readonly password: string;
  /** Raised with the password: who signed in with the one before has not signed in. */
  readonly generation: number;
  readonly lockedUntil: number | undefined;
  readonly createdAt: number;
  readonly lastSignInAt: number | undefined;
}

export interface LockOut {
  /** Wrong passwords in a row. */
  readonly failures: number;
  /** How long it lasts, ms. */
  readonly lasts: number;
}

/** The table of users. Names are the same in upper and lower case. */
export interface Users {
  all(): readonly UserRow[];
  byName(name: string): UserRow | undefined;
  bySub(sub: string): UserRow | undefined;
  /** @returns undefined when there is one of this name */
  add(user: { name: string; roles: readonly string[]; password: string; now: number }): UserRow | undefined;
  remove(sub: string): void;
  /** Unlocks too. */
  setPassword(sub: string, password: string, now: number): void;
  /** The same password, hashed anew. */
  replaceHash(sub: string, password: string): void;
  signedIn(sub: string, now: number): void;
  failed(sub: string, lockOut: LockOut, now: number): void;
}

export function usersIn(database: Database): Users {
  const all = database.prepare('SELECT * FROM users ORDER BY name');
  const byName = database.prepare('SELECT * FROM users WHERE name = ?');
  const bySub = database.prepare('SELECT * FROM users WHERE sub = ?');
  const insert = database.prepare(
    'INSERT INTO users (sub, name, roles, password, created_at, password_changed_at) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING',
  );
  const remove = database.prepare('DELETE FROM users WHERE sub = ?');
  const setPassword = database.prepare(
    `UPDATE users SET password = ?, password_changed_at = ?, generation = generation + 1, failures = 0, locked_until = NULL
     WHERE sub = ?`,
  );
  const replaceHash = database.prepare('UPDATE users SET password = ? WHERE sub = ?');
  const signedIn = database.prepare(
    'UPDATE users SET failures = 0, locked_until = NULL, last_sign_in_at = ? WHERE sub = ?',
  );
  // The count begins again with the lock: when that is over, there are as many tries as before.
  const failed = database.prepare(
    `UPDATE users SET locked_until = CASE WHEN failures + 1 >= ?1 THEN ?2 ELSE locked_until END,
       failures = CASE WHEN failures + 1 >= ?1 THEN 0 ELSE failures + 1 END WHERE sub = ?3`,
  );
  const found = (row: SqlRow | undefined) => (row === undefined ? undefined : userOf(row));
  return {
    all: () => all.all().map(userOf),
    byName: (name) => found(byName.get(name)),
    bySub: (sub) => found(bySub.get(sub)),
    add({ name, roles, password, now }) {
      const sub = randomUUID();
      insert.run(sub, name, JSON.stringify(roles), password, now, now);
      return found(bySub.get(sub));
    },
    remove: (sub) => remove.run(sub),
    setPassword: (sub, password, now) => setPassword.run(password, now, sub),
    replaceHash: (sub, password) => replaceHash.run(password, sub),
    signedIn: (sub, now) => signedIn.run(now, sub),
    failed: (sub, { failures, lasts }, now) => failed.run(failures, now + lasts, sub),
  };
}

function userOf(row: SqlRow): UserRow {
  return {
    sub: String(row.sub),
    name: String(row.name),
    roles: JSON.parse(String(row.roles)) as string[],
    password: String(row.password),
    generation: Number(row.generation),
    lockedUntil: numberOf(row.locked_until),
    createdAt: Number(row.created_at),
    lastSignInAt: numberOf(row.last_sign_in_at),
  };
}

/** A column that may be empty. */
export function numberOf(value: SqlRow[string] | undefined): number | undefined {
  return value === null || value === undefined ? undefined : Number(value);
}
