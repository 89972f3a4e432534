import type { Database } from '../../storage/embedded/sqlite.ts';

/** What the database says of itself. */
export interface IdentitySettings {
  issuer(): string | undefined;
  setIssuer(issuer: string): void;
  /** A number that is raised with every change that a server must know of at once. */
  revision(): number;
  /** Raises it; within the transaction of the change. */
  changed(): void;
}

export function identitySettings(database: Database): IdentitySettings {
  const read = database.prepare('SELECT value FROM settings WHERE name = ?');
  const write = database.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?)');
  const text = (name: string) => read.get(name)?.value?.toString();
  const revision = () => Number(text('revision'));
  return {
    issuer: () => text('issuer'),
    setIssuer(issuer) {
      if (text('issuer') !== issuer) write.run('issuer', issuer);
    },
    revision,
    changed: () => write.run('revision', String(revision() + 1)),
  };
}
