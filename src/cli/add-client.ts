import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Quota, RateLimit } from '../admin/identity-admin.ts';
import { type AdminTarget, addTargetFlags, openAdmin, withAdmin } from './admin-target.ts';
import { clientDocument } from './clients.ts';
import { type CommandIo, newCommand, type Start, switchFlag, wholeNumber } from './command.ts';

/** `fwoa add-client`'s argument and flags. */
export interface AddClientOptions extends AdminTarget {
  readonly name: string;
  /** Requests a second. */
  readonly rate?: number | undefined;
  /** Requests at once. */
  readonly burst?: number | undefined;
  readonly quota?: Quota | 'none' | undefined;
  readonly json: boolean;
}

const MOST_REQUESTS = 1_000_000_000;

const DESCRIPTION = `Adds a client system and prints its API key, nothing else, on stdout. It goes into the header x-api-key.
The key is shown this once: what is kept of it is a hash. Limits that are not given are those of the configuration.`;

export function addClientCommand(start: Start): Command {
  const command = newCommand('add-client', 'add a client system: its API key on stdout', DESCRIPTION, [
    { task: 'A client system of the local server', command: 'API_KEY=$(fwoa add-client laboratory --local)' },
    {
      task: 'One with limits: 5 requests a second, 10 at once, 10,000 a day',
      command: 'fwoa add-client portal --rate 5 --burst 10 --quota 10000/day --local',
    },
  ])
    .argument('<name>', 'name of the client system')
    .addOption(new Option('--rate <number>', 'requests a second, over time').argParser(wholeNumber(1, 100_000)))
    .addOption(
      new Option('--burst <number>', 'requests at once; with --rate alone, twice that').argParser(
        wholeNumber(1, 100_000),
      ),
    )
    .addOption(
      new Option('--quota <number/day|month>', 'requests in a calendar day or month, UTC; or none').argParser(quota),
    );
  return addTargetFlags(command)
    .addOption(switchFlag('--json', 'the client system and its key as one JSON document on stdout'))
    .action((name: string, options: Omit<AddClientOptions, 'name'>) =>
      start(command, runAddClient, { ...options, name }),
    );
}

/** `10000/day`, `250000/month`, `none`. */
function quota(value: string): Quota | 'none' {
  if (value === 'none') return value;
  const [, requests, per] = /^(\d{1,10})\/(day|month)$/.exec(value) ?? [];
  const number = Number(requests);
  if ((per === 'day' || per === 'month') && number >= 1 && number <= MOST_REQUESTS) return { requests: number, per };
  throw new InvalidArgumentError('It is a whole number and day or month, such as 10000/day, or none.');
}

/** Without flags the server's default holds; of one alone the other follows. */
function rateOf({ rate, burst }: AddClientOptions): RateLimit | undefined {
  if (rate === undefined && burst === undefined) return undefined;
  const perSecond = rate ?? Math.ceil((burst ?? 1) / 2);
  return { perSecond, burst: burst ?? 2 * perSecond };
}

/** Adds a client system. */
export async function runAddClient(options: AddClientOptions, io: CommandIo, open = openAdmin): Promise<undefined> {
  const { client, apiKey } = await withAdmin(options, io, open, (admin, { defaultQuota }) => {
    const quota = options.quota ?? defaultQuota;
    return admin.addClient({ name: options.name, rate: rateOf(options), quota: quota === 'none' ? undefined : quota });
  });
  if (!options.json) io.reporter.note(`Client system ${client.name} added. Its API key, shown only now:`);
  io.reporter.result({ ...clientDocument(client), apiKey }, apiKey);
}
