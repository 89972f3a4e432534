import { describe, expect, it } from 'vitest';
import { runAddClient } from '../../../src/cli/add-client.ts';
import { runClients } from '../../../src/cli/clients.ts';
import { runRemoveClient } from '../../../src/cli/remove-client.ts';
import { commandIo, fakeAdmin, LABORATORY, LOCAL, PORTAL } from './fake-admin.ts';

const clients = [LABORATORY, PORTAL];

describe('fwoa add-client', () => {
  it('prints the key alone on stdout, and says on stderr that it is shown only now', async () => {
    const io = commandIo();
    await runAddClient({ ...LOCAL, name: 'lab', json: false }, io, fakeAdmin().open);
    expect(io.out()).toBe('the-api-key\n');
    expect(io.err()).toBe('Client system lab added. Its API key, shown only now:\n');
  });

  it.each([
    { flags: {}, rate: undefined, quota: undefined },
    { flags: { rate: 5 }, rate: { perSecond: 5, burst: 10 }, quota: undefined },
    { flags: { burst: 70 }, rate: { perSecond: 35, burst: 70 }, quota: undefined },
    {
      flags: { rate: 1, burst: 1, quota: { requests: 9, per: 'month' as const } },
      rate: { perSecond: 1, burst: 1 },
      quota: { requests: 9, per: 'month' },
    },
  ])('with $flags asks for $rate and $quota', async ({ flags, rate, quota }) => {
    const admin = fakeAdmin();
    await runAddClient({ ...LOCAL, name: 'lab', json: false, ...flags }, commandIo(), admin.open);
    expect(admin.done).toEqual([['addClient', { name: 'lab', rate, quota }]]);
  });

  it.each([
    { quota: undefined, asked: { requests: 7, per: 'day' } },
    { quota: 'none' as const, asked: undefined },
    { quota: { requests: 9, per: 'month' as const }, asked: { requests: 9, per: 'month' } },
  ])('with --quota $quota and a default asks for $asked', async ({ quota, asked }) => {
    const admin = fakeAdmin({ defaultQuota: { requests: 7, per: 'day' } });
    await runAddClient({ ...LOCAL, name: 'lab', json: false, quota }, commandIo(), admin.open);
    expect(admin.done).toEqual([['addClient', { name: 'lab', rate: undefined, quota: asked }]]);
  });

  it('gives the client system and its key as JSON', async () => {
    const io = commandIo({ json: true });
    await runAddClient({ ...LOCAL, name: 'lab', json: true }, io, fakeAdmin().open);
    expect(io.err()).toBe('');
    expect(JSON.parse(io.out())).toEqual({
      id: 'c-9',
      name: 'lab',
      createdAt: '2026-11-23T22:45:00.000Z',
      lastUsedAt: null,
      rate: { perSecond: 50, burst: 100 },
      quota: null,
      apiKey: 'the-api-key',
    });
  });
});

describe('fwoa clients', () => {
  it('is a line a client system in a pipe', async () => {
    const io = commandIo();
    await runClients({ ...LOCAL, json: false }, io, fakeAdmin({ clients }).open);
    expect(io.out()).toBe(
      'c-1\tlaboratory\t2026-11-23T22:45:00.000Z\t\t50/s\t100\t\t\n' +
        'c-2\tportal\t2026-11-23T22:45:00.000Z\t2026-11-23T22:46:00.000Z\t5/s\t10\t10000/day\t1234\n',
    );
  });

  it('is a table on a terminal', async () => {
    const io = commandIo({ terminal: true });
    await runClients({ ...LOCAL, json: false }, io, fakeAdmin({ clients }).open);
    const [header, laboratory, portal] = io.out().split('\n');
    expect(header).toMatch(/^ID {3}Name {8}Created {11}Last used {9}Rate {2}Burst {2}Quota {6}Used$/);
    expect(laboratory).toMatch(/^c-1 {2}laboratory .* never .* none {7}–$/);
    expect(portal).toMatch(/10000\/day {2}1,234$/);
  });

  it('is one JSON array', async () => {
    const io = commandIo({ json: true });
    await runClients({ ...LOCAL, json: true }, io, fakeAdmin({ clients: [PORTAL] }).open);
    expect(JSON.parse(io.out())).toEqual([
      {
        id: 'c-2',
        name: 'portal',
        createdAt: '2026-11-23T22:45:00.000Z',
        lastUsedAt: '2026-11-23T22:46:00.000Z',
        rate: { perSecond: 5, burst: 10 },
        quota: { requests: 10_000, per: 'day', used: 1234 },
      },
    ]);
  });
});

describe('fwoa remove-client', () => {
  it.each(['c-1', 'laboratory'])('finds it by %s, has its name typed, and removes it by its id', async (nameOrId) => {
    const admin = fakeAdmin({ clients });
    const io = commandIo({ terminal: true, typed: ['laboratory'] });
    await runRemoveClient({ ...LOCAL, nameOrId, yes: false, json: false }, io, admin.open);
    expect(admin.done).toEqual([['removeClient', 'c-1']]);
    expect(io.out()).toBe('✓ Client system laboratory removed.\n');
  });

  it('tells what it removed as JSON', async () => {
    const io = commandIo({ json: true });
    const options = { ...LOCAL, nameOrId: 'portal', yes: true, json: true };
    await runRemoveClient(options, io, fakeAdmin({ clients }).open);
    expect(JSON.parse(io.out())).toEqual({ removed: { id: 'c-2', name: 'portal' } });
  });

  it('removes nothing when another name is typed', async () => {
    const admin = fakeAdmin({ clients });
    const io = commandIo({ terminal: true, typed: ['portal'] });
    const ended = runRemoveClient({ ...LOCAL, nameOrId: 'c-1', yes: false, json: false }, io, admin.open);
    await expect(ended).rejects.toMatchObject({ code: 'not-confirmed' });
    expect(admin.done).toEqual([]);
  });

  it('says which was meant', async () => {
    const options = { ...LOCAL, nameOrId: 'labratory', yes: true, json: false };
    await expect(runRemoveClient(options, commandIo(), fakeAdmin({ clients }).open)).rejects.toMatchObject({
      code: 'client-unknown',
      text: { why: 'Did you mean laboratory?' },
    });
  });
});
