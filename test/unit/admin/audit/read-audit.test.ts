import { appendFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { AuditFilter } from '../../../../src/admin/audit/audit-filter.ts';
import { followEvents } from '../../../../src/admin/audit/follow-audit.ts';
import { type AuditNotes, allEvents, newestEvents } from '../../../../src/admin/audit/read-audit.ts';
import type { AuditEvent } from '../../../../src/audit/audit-event.ts';
import { openAuditLog } from '../../../../src/local/audit-log/open-audit-log.ts';
import { anEvent } from '../../local/audit-log/an-event.ts';
import { temporaryFolder } from '../../local/temporary-folder.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2024, 4, 1);

const at = (hour: number) => ({ time: new Date(START + hour * HOUR).toISOString() });
const fileName = (hour: number) => `audit-${new Date(START + hour * HOUR).toISOString().replace(/[-:]/g, '')}.ndjson`;
const lines = (...events: readonly AuditEvent[]) => events.map((event) => `${JSON.stringify(event)}\n`).join('');

/** A log of three files, the first of them packed: six events, an hour apart. */
function threeFiles(): string {
  const folder = temporaryFolder();
  const event = (hour: number) => anEvent(`r${hour}`, at(hour));
  writeFileSync(join(folder, `${fileName(0)}.gz`), gzipSync(lines(event(0), event(1))));
  writeFileSync(join(folder, fileName(2)), lines(event(2), event(3)));
  writeFileSync(join(folder, fileName(4)), lines(event(4), event(5)));
  return folder;
}

const IGNORE: AuditNotes = { broken: () => {}, lost: () => {} };

async function all(folder: string, filter: AuditFilter = {}, notes = IGNORE): Promise<string[]> {
  const found: string[] = [];
  for await (const { event } of allEvents(folder, filter, notes)) found.push(event.request);
  return found;
}

async function newest(folder: string, limit: number, filter: AuditFilter = {}, notes = IGNORE) {
  const { records, more } = await newestEvents(folder, filter, limit, notes);
  return { found: records.map(({ event }) => event.request), more };
}

describe('the log of several files', () => {
  it('is read whole, oldest first', async () => {
    expect(await all(threeFiles())).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5']);
  });

  it.each([
    { limit: 1, found: ['r5'], more: true },
    { limit: 2, found: ['r4', 'r5'], more: true },
    { limit: 5, found: ['r1', 'r2', 'r3', 'r4', 'r5'], more: true },
    { limit: 6, found: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'], more: false },
    { limit: 50, found: ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'], more: false },
  ])('the newest $limit are $found', async ({ limit, found, more }) => {
    expect(await newest(threeFiles(), limit)).toEqual({ found, more });
  });

  it.each([
    { filter: { since: START + 3 * HOUR }, found: ['r3', 'r4', 'r5'] },
    { filter: { until: START + 2 * HOUR }, found: ['r0', 'r1'] },
    { filter: { since: START + HOUR, until: START + 3 * HOUR }, found: ['r1', 'r2'] },
    { filter: { since: START + 9 * HOUR }, found: [] },
  ])('by time $filter: $found', async ({ filter, found }) => {
    expect(await all(threeFiles(), filter)).toEqual(found);
    expect(await newest(threeFiles(), 50, filter)).toEqual({ found, more: false });
  });

  it('finds a request that began long before it ended, and one that was written late', async () => {
    const folder = temporaryFolder();
    const long = anEvent('long', { ...at(0), ms: 5 * HOUR });
    const late = anEvent('late', { ...at(0), late: true });
    writeFileSync(join(folder, fileName(0)), lines(anEvent('a', at(4)), anEvent('b', at(5)), long, late));
    expect(await newest(folder, 50, { since: START + 4 * HOUR })).toEqual({ found: ['a', 'b'], more: false });
  });

  it('is empty where there is no log', async () => {
    const folder = join(temporaryFolder(), 'none');
    expect(await all(folder)).toEqual([]);
    expect(await newest(folder, 5)).toEqual({ found: [], more: false });
  });

  it('is read past lines that are no events; a line that is not whole is not read', async () => {
    const folder = temporaryFolder();
    const broken = 'x\n\0\0\n[]\n{"v":1}\n';
    const gap = '{"v":1,"time":"2024-05-01T00:00:00.000Z","lost":7}\n';
    writeFileSync(join(folder, fileName(0)), `${lines(anEvent('a'))}${broken}${gap}${lines(anEvent('b'))}{"v":1,"ti`);
    const counts = { broken: 0, lost: 0 };
    const notes = { broken: () => counts.broken++, lost: (events: number) => (counts.lost += events) };
    expect(await all(folder, {}, notes)).toEqual(['a', 'b']);
    expect(counts).toEqual({ broken: 4, lost: 7 });
    expect((await newest(folder, 9, {}, notes)).found).toEqual(['a', 'b']);
    expect(counts).toEqual({ broken: 8, lost: 14 });
  });

  it.each([65_530, 65_536, 131_072, 200_000])(
    'is read alike from either end, with lines of %i bytes',
    async (length) => {
      const folder = temporaryFolder();
      const long = (id: string) => anEvent(id, { address: 'é'.repeat(length / 2) });
      writeFileSync(join(folder, fileName(0)), lines(anEvent('a'), long('b'), anEvent('c'), long('d')));
      expect(await all(folder)).toEqual(['a', 'b', 'c', 'd']);
      expect((await newest(folder, 9)).found).toEqual(['a', 'b', 'c', 'd']);
      const [record] = (await newestEvents(folder, {}, 1, IGNORE)).records;
      expect(record?.event).toEqual(long('d'));
    },
  );
});

describe('events are found by', () => {
  const user = { id: 'u-1', name: 'ann' };
  const client = { id: 'c-1', name: 'ward' };
  const entity = [{ type: 'Observation', id: 'o1', version: 1 }];
  const EVENTS: readonly AuditEvent[] = [
    anEvent('read', { user, client, interaction: 'read', type: 'Patient', id: 'p1', patients: ['p1'] }),
    anEvent('search', { user, interaction: 'search-type', type: 'Observation', entity, patients: ['p1', 'p2'] }),
    anEvent('refused', {
      outcome: 'refused',
      status: 403,
      interaction: 'delete',
      type: 'Patient',
      id: 'p2',
      patients: ['p2'],
    }),
    anEvent('batch', {
      interaction: 'batch',
      entries: [{ interaction: 'update', type: 'Patient', id: 'p3', outcome: 'success' }],
    }),
    anEvent('cut', { interaction: 'batch', entity, entityCount: 2000, patients: ['p4'], patientCount: 20_000 }),
    anEvent('compartment', { interaction: 'search-compartment', compartment: 'Patient/p5' }),
  ];

  it.each<{ filter: AuditFilter; found: readonly string[] }>([
    { filter: { user: 'ann' }, found: ['read', 'search'] },
    { filter: { user: 'u-1' }, found: ['read', 'search'] },
    { filter: { user: 'an' }, found: [] },
    { filter: { client: 'ward' }, found: ['read'] },
    { filter: { client: 'c-1' }, found: ['read'] },
    // A list that is cut may go on with what is looked for.
    { filter: { patient: 'p1' }, found: ['read', 'search', 'cut'] },
    { filter: { patient: 'p2' }, found: ['search', 'refused', 'cut'] },
    { filter: { resource: { type: 'Patient' } }, found: ['read', 'refused', 'batch', 'cut'] },
    { filter: { resource: { type: 'Patient', id: 'p3' } }, found: ['batch', 'cut'] },
    { filter: { resource: { type: 'Patient', id: 'p5' } }, found: ['cut', 'compartment'] },
    { filter: { resource: { type: 'Observation', id: 'o1' } }, found: ['search', 'cut'] },
    { filter: { interaction: 'search' }, found: ['search', 'compartment'] },
    { filter: { interaction: 'update' }, found: ['batch'] },
    { filter: { outcome: 'refused' }, found: ['refused'] },
    { filter: { user: 'ann', patient: 'p2' }, found: ['search'] },
  ])('$filter: $found', async ({ filter, found }) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, fileName(0)), lines(...EVENTS));
    expect(await all(folder, filter)).toEqual(found);
    expect((await newest(folder, 50, filter)).found).toEqual(found);
  });
});

describe('following', () => {
  /** What is followed, one by one. */
  async function following(folder: string, filter: AuditFilter = {}) {
    const controller = new AbortController();
    let ready = () => {};
    const isReady = new Promise<void>((resolve) => {
      ready = resolve;
    });
    const { signal } = controller;
    const events = followEvents(folder, { filter, notes: IGNORE, signal, onReady: ready, every: 1 });
    const first = events.next();
    await isReady;
    let pending: typeof first | undefined = first;
    return {
      async next(): Promise<string | undefined> {
        const { value } = await (pending ?? events.next());
        pending = undefined;
        return value?.event.request;
      },
      stop: () => controller.abort(),
    };
  }

  it('shows what is written from now on, from one file to the next, packed or not', async () => {
    const folder = join(temporaryFolder(), 'audit');
    let now = START;
    const log = openAuditLog(folder, { report: () => {}, now: () => now, maxBytes: 150 });
    await log.record(anEvent('before'));
    const follower = await following(folder);
    await log.record(anEvent('a'));
    expect(await follower.next()).toBe('a');
    for (const id of ['b', 'c', 'd']) {
      now += 1;
      await log.record(anEvent(id));
      expect(await follower.next()).toBe(id);
      await log.idle();
    }
    follower.stop();
    expect(await follower.next()).toBeUndefined();
    await log.close();
  });

  it('begins where there is no log yet', async () => {
    const folder = join(temporaryFolder(), 'audit');
    const follower = await following(folder);
    mkdirSync(folder);
    writeFileSync(join(folder, fileName(0)), lines(anEvent('a')));
    expect(await follower.next()).toBe('a');
    follower.stop();
  });

  it('waits for a line to be whole, and forgets what is taken back', async () => {
    const folder = temporaryFolder();
    const file = join(folder, fileName(0));
    writeFileSync(file, '');
    const follower = await following(folder, { outcome: 'success' });
    const whole = lines(anEvent('a'));
    appendFileSync(file, whole.slice(0, 20));
    appendFileSync(file, whole.slice(20));
    expect(await follower.next()).toBe('a');
    appendFileSync(file, lines(anEvent('no', { outcome: 'refused' }), anEvent('b')));
    expect(await follower.next()).toBe('b');
    follower.stop();
    expect(await follower.next()).toBeUndefined();
  });
});
