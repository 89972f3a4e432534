import { expect, it, onTestFinished, vi } from 'vitest';
import { freshUsage } from '../../../../src/auth/client-limits.ts';
import { openIdentityDatabase } from '../../../../src/local/identity/identity-database.ts';
import { identityTables } from '../../../../src/local/identity/identity-tables.ts';
import { createUsageWriter } from '../../../../src/local/identity/usage-writer.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const RATE = { perSecond: 1, burst: 1 };

it('writes once a second what was used, and again what could not be written', () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const database = openIdentityDatabase(temporaryFolder());
  onTestFinished(() => database.close());
  const tables = identityTables(database);
  const row = tables.clients.add({ name: 'lab', keyHash: 'h', rate: RATE, quota: undefined, now: 0 });
  const reported: unknown[] = [];
  let full = true;
  const transaction: typeof tables.transaction = (work) => {
    if (full) throw new Error('disk full');
    return tables.transaction(work);
  };
  const writer = createUsageWriter(
    { ...tables, transaction },
    { every: 1000, report: (error) => reported.push(error) },
  );
  const usage = { ...freshUsage(RATE, 0), lastUsedAt: 1 };
  const client = { id: row?.id ?? '', name: 'lab', rate: RATE, usage };
  const written = () => tables.clients.byNameOrId('lab')?.lastUsedAt;

  writer.used(client);
  vi.advanceTimersByTime(1000);
  expect([reported.length, written()]).toEqual([1, undefined]);

  full = false;
  usage.lastUsedAt = 2;
  writer.used(client);
  vi.advanceTimersByTime(999);
  usage.lastUsedAt = 3;
  writer.used(client);
  expect(written()).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect([reported.length, written()]).toEqual([1, 3]);
  expect(vi.getTimerCount()).toBe(0);
});
