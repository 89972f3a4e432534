import type { Database } from '../../storage/embedded/sqlite.ts';
import { type Clients, clientsIn } from './clients.ts';
import { inTransaction } from './identity-database.ts';
import { type Sessions, sessionsIn } from './sessions.ts';
import { type IdentitySettings, identitySettings } from './settings.ts';
import { type SigningKeys, signingKeysIn } from './signing-keys.ts';
import { type Users, usersIn } from './users.ts';

/** All tables of the identity database. */
export interface IdentityTables {
  readonly database: Database;
  readonly settings: IdentitySettings;
  readonly users: Users;
  readonly clients: Clients;
  readonly sessions: Sessions;
  readonly signingKeys: SigningKeys;
  /** One transaction. */
  transaction<T>(work: () => T): T;
}

export function identityTables(database: Database): IdentityTables {
  return {
    database,
    settings: identitySettings(database),
    users: usersIn(database),
    clients: clientsIn(database),
    sessions: sessionsIn(database),
    signingKeys: signingKeysIn(database),
    transaction: (work) => inTransaction(database, work),
  };
}
