import { randomBytes } from 'node:crypto';
import type { ClientInfo } from '../auth/identity-admin.ts';
import type { LocalIdentity } from './identity/open-local-identity.ts';

/** A user of the demo, to be printed. */
export interface DemoUser {
  readonly name: string;
  readonly role: string;
  readonly password: string;
}

/** What lets a newcomer in: printed at each start of the demo, and new at each. */
export interface DemoAccess {
  readonly apiKey: string;
  readonly users: readonly DemoUser[];
}

const CLIENT = 'demo';

/** Makes the client system `demo` and one user a role, of the role's name; those that an earlier start made are made anew. */
export async function makeDemoAccess({ admin }: LocalIdentity, roles: readonly string[]): Promise<DemoAccess> {
  const [users, clients] = await Promise.all([admin.users(), admin.clients()]);
  if (clients.some(({ name }: ClientInfo) => name === CLIENT)) await admin.removeClient(CLIENT);
  const { apiKey } = await admin.addClient({ name: CLIENT });
  const made = roles.map(async (role): Promise<DemoUser> => {
    const password = `demo-${randomBytes(9).toString('base64url')}`;
    if (users.some(({ name }) => name === role)) await admin.removeUser(role);
    await admin.addUser({ name: role, roles: [role], password });
    return { name: role, role, password };
  });
  return { apiKey, users: await Promise.all(made) };
}
