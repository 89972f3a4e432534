import { randomBytes } from 'node:crypto';
import { sha256 } from '../../auth/digest.ts';
import type { ClientInfo, IdentityAdmin, UserInfo } from '../../auth/identity-admin.ts';
import type { ClientRow } from './clients.ts';
import {
  checkLimits,
  clientExists,
  clientUnknown,
  roleUnknown,
  signInBusy,
  signInRefused,
  userExists,
  userLocked,
  userUnknown,
} from './identity-problems.ts';
import type { IdentityState } from './identity-state.ts';
import { checkClientName, checkPassword, checkUserName } from './names-and-passwords.ts';
import { hashPassword } from './password.ts';
import type { SignIn } from './sign-in.ts';
import type { UserRow } from './users.ts';

/** The verbs of the commands, on an identity database. What they change holds at once in a server that runs. */
export function createLocalIdentityAdmin(state: IdentityState, signIn: SignIn, close: () => void): IdentityAdmin {
  const { tables, options } = state;
  const { users, clients, sessions } = tables;
  const { now, passwordCost } = options;

  function existing(name: string): UserRow {
    const user = users.byName(name);
    if (user === undefined) throw userUnknown(name);
    return user;
  }

  return {
    async addUser({ name, roles, password }) {
      checkUserName(name);
      const unknown = roles.find((role) => options.roles?.includes(role) === false);
      if (unknown !== undefined) throw roleUnknown(unknown, options.roles ?? []);
      // Before the time is spent on the password; whether it still holds is seen when the row is written.
      if (users.byName(name) !== undefined) throw userExists(name);
      checkPassword(password, name);
      const hashed = await hashPassword(password, passwordCost);
      const wanted = [...new Set(roles)];
      const user = state.change(() => users.add({ name, roles: wanted, password: hashed, now: now() }));
      if (user === undefined) throw userExists(name);
      return userInfo(user, now());
    },
    users: async () => users.all().map((user) => userInfo(user, now())),
    async removeUser(name) {
      state.change(() => users.remove(existing(name).sub));
    },
    async setPassword(name, password) {
      const { sub, name: written } = existing(name);
      checkPassword(password, written);
      const hashed = await hashPassword(password, passwordCost);
      state.change(() => {
        users.setPassword(existing(name).sub, hashed, now());
        sessions.revokeAllOf(sub, now());
      });
    },
    async token({ name, password }) {
      const result = await signIn.withPassword(name, password);
      if (result.outcome === 'signed-in') return result.tokens;
      if (result.outcome === 'locked') throw userLocked(name, result.until);
      throw result.outcome === 'busy' ? signInBusy() : signInRefused();
    },
    async addClient({ name, rate = options.rate, quota }) {
      checkClientName(name);
      checkLimits(rate, quota);
      // The prefix lets programs that search for secrets which were published by mistake know what it is.
      const apiKey = `fwoa_${randomBytes(32).toString('base64url')}`;
      const client = state.change(() => clients.add({ name, keyHash: sha256(apiKey), rate, quota, now: now() }));
      if (client === undefined) throw clientExists(name);
      return { client: clientInfo(client, now()), apiKey };
    },
    async clients() {
      state.usage.flush();
      return clients.all().map((client) => clientInfo(client, now()));
    },
    async removeClient(nameOrId) {
      state.change(() => {
        const client = clients.byNameOrId(nameOrId);
        if (client === undefined) throw clientUnknown(nameOrId);
        clients.remove(client.id);
      });
    },
    close: async () => close(),
  };
}

function userInfo({ name, roles, lockedUntil, createdAt, lastSignInAt }: UserRow, now: number): UserInfo {
  const locked = lockedUntil !== undefined && now < lockedUntil;
  return { name, roles, status: locked ? 'locked' : 'active', createdAt, lastSignInAt };
}

function clientInfo(client: ClientRow, now: number): ClientInfo {
  const { id, name, createdAt, lastUsedAt, rate, quota, used, quotaEndsAt } = client;
  const ran = now < quotaEndsAt ? used : 0;
  return { id, name, createdAt, lastUsedAt, rate, quota: quota === undefined ? undefined : { ...quota, used: ran } };
}
