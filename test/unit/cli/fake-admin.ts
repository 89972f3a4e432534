import type { ClientInfo, IdentityAdmin, Quota, UserInfo } from '../../../src/admin/identity-admin.ts';
import type { AdminSettings } from '../../../src/cli/admin-settings.ts';
import type { AdminTarget, OpenAdmin } from '../../../src/cli/admin-target.ts';
import { createReporter } from '../../../src/cli/reporter.ts';
import { type RecordingIo, recordingIo, type Script, scriptedPrompts } from './recording-io.ts';

export const LOCAL: AdminTarget = { local: true, data: '.fwoa', stage: 'dev' };

/** 2026-11-23T22:45:00Z, ms. */
export const CREATED = Date.UTC(2026, 10, 23, 22, 45);

export const ADA: UserInfo = { name: 'ada', roles: ['practitioner'], status: 'active', createdAt: CREATED };
export const KIM: UserInfo = {
  name: 'kim',
  roles: ['practitioner', 'auditor'],
  status: 'locked',
  createdAt: CREATED,
  lastSignInAt: CREATED + 60_000,
};

export const LABORATORY: ClientInfo = {
  id: 'c-1',
  name: 'laboratory',
  createdAt: CREATED,
  rate: { perSecond: 50, burst: 100 },
};
export const PORTAL: ClientInfo = {
  id: 'c-2',
  name: 'portal',
  createdAt: CREATED,
  lastUsedAt: CREATED + 60_000,
  rate: { perSecond: 5, burst: 10 },
  quota: { requests: 10_000, per: 'day', used: 1234 },
};

const ROLES = ['practitioner', 'auditor', 'nurse'];

/** A change that an admin was asked for: its verb and what it was given. */
export type AskedFor = readonly [verb: string, ...given: readonly unknown[]];

/** An admin with what there is, that notes what it is asked to change. */
export function fakeAdmin(
  there: {
    readonly users?: readonly UserInfo[];
    readonly clients?: readonly ClientInfo[];
    readonly defaultQuota?: Quota;
  } = {},
) {
  const settings: AdminSettings = { roles: ROLES, defaultQuota: there.defaultQuota };
  const done: AskedFor[] = [];
  const opened: string[] = [];
  let closed = 0;
  const note = async (...asked: AskedFor): Promise<void> => void done.push(asked);
  const admin: IdentityAdmin = {
    async addUser(user) {
      await note('addUser', user);
      return { name: user.name, roles: user.roles, status: 'active', createdAt: CREATED };
    },
    users: async () => there.users ?? [],
    removeUser: (name) => note('removeUser', name),
    setPassword: (name, password) => note('setPassword', name, password),
    async token(user) {
      await note('token', user);
      return { accessToken: 'the-access-token', refreshToken: 'the-refresh-token', expiresIn: 3600 };
    },
    async addClient(client) {
      await note('addClient', client);
      const { name, rate = { perSecond: 50, burst: 100 }, quota } = client;
      const made = { id: 'c-9', name, createdAt: CREATED, rate, quota: quota && { ...quota, used: 0 } };
      return { client: made, apiKey: 'the-api-key' };
    },
    clients: async () => there.clients ?? [],
    removeClient: (nameOrId) => note('removeClient', nameOrId),
    async close() {
      closed += 1;
    },
  };
  const open: OpenAdmin = async ({ data }, { cwd }) => {
    opened.push(`${cwd}/${data}`);
    return { admin, settings };
  };
  return { open, done, opened, closed: () => closed };
}

export interface World extends Script {
  readonly env?: Readonly<Record<string, string>>;
  readonly json?: boolean;
  /** True: stdout is a terminal. */
  readonly terminal?: boolean;
}

/** An io for a command, with somebody at a terminal, or a script. */
export function commandIo({ env = {}, json = false, terminal = false, ...script }: World = {}) {
  const prompts = scriptedPrompts(script);
  const io: RecordingIo = recordingIo({ env, prompts, canAsk: terminal && script.typed !== undefined });
  const stdout = { ...io.stdout, isTTY: terminal };
  const reporter = createReporter(io, { json, color: false });
  return { ...io, stdout, reporter, asked: prompts.asked };
}
