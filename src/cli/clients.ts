import type { Command } from 'commander';
import type { ClientInfo } from '../admin/identity-admin.ts';
import { type AdminTarget, addTargetFlags, openAdmin, targetFlags, withAdmin } from './admin-target.ts';
import { type CommandIo, newCommand, type Start, switchFlag } from './command.ts';
import { type Column, rfc3339, tellRows } from './table.ts';

/** `fwoa clients`' flags. */
export interface ClientsOptions extends AdminTarget {
  readonly json: boolean;
}

export function clientsCommand(start: Start): Command {
  const command = newCommand(
    'clients',
    'list the client systems, their limits and use',
    'Lists the client systems, by name, with their limits and when they last called. Keys are not shown: only hashes are kept.',
    [
      { task: 'Which systems may call the local server?', command: 'fwoa clients --local' },
      {
        task: 'Those that never called',
        command: "fwoa clients --local --json | jq -r '.[] | select(.lastUsedAt == null).name'",
      },
    ],
  );
  return addTargetFlags(command)
    .addOption(switchFlag('--json', 'the client systems as one JSON array on stdout'))
    .action((options: ClientsOptions) => start(command, runClients, options));
}

export async function runClients(options: ClientsOptions, io: CommandIo, open = openAdmin): Promise<undefined> {
  const clients = await withAdmin(options, io, open, (admin) => admin.clients());
  const nothing = `There are no client systems yet. To add one: fwoa add-client NAME${targetFlags(options)}`;
  tellRows({ documents: clients.map(clientDocument), columns: COLUMNS, rows: clients, nothing }, options.json, io);
}

const COLUMNS: readonly Column<ClientInfo>[] = [
  { title: 'ID', cell: ({ id }) => id },
  { title: 'Name', cell: ({ name }) => name },
  { title: 'Created', cell: ({ createdAt }) => ({ time: createdAt }) },
  {
    title: 'Last used',
    cell: ({ lastUsedAt }) => (lastUsedAt === undefined ? undefined : { time: lastUsedAt }),
    absent: 'never',
  },
  { title: 'Rate', cell: ({ rate }) => `${rate.perSecond}/s` },
  { title: 'Burst', cell: ({ rate }) => rate.burst },
  { title: 'Quota', cell: ({ quota }) => quota && `${quota.requests}/${quota.per}`, absent: 'none' },
  { title: 'Used', cell: ({ quota }) => quota?.used },
];

/** A client system for programs (`docs/commands.md` has its fields). */
export function clientDocument({ id, name, createdAt, lastUsedAt, rate, quota }: ClientInfo): object {
  return {
    id,
    name,
    createdAt: rfc3339(createdAt),
    lastUsedAt: lastUsedAt === undefined ? null : rfc3339(lastUsedAt),
    rate: { perSecond: rate.perSecond, burst: rate.burst },
    quota: quota === undefined ? null : { requests: quota.requests, per: quota.per, used: quota.used },
  };
}
