import { describe, expect, it } from 'vitest';
import type { CallMaintenance } from '../../../src/admin/aws/maintain-index.ts';
import { runReindex } from '../../../src/cli/reindex.ts';
import { runVerifyIndex } from '../../../src/cli/verify-index.ts';
import type { MaintenanceEvent } from '../../../src/storage/aws/indexer/maintenance-event.ts';
import type { TypeVerification } from '../../../src/storage/aws/indexer/verify-index.ts';
import { commandIo } from './fake-admin.ts';

const PROD = { local: false, data: '.fwoa', stage: 'prod', json: false } as const;

/** A stage whose function answers each call by the next of what is given for its action. */
function fakeStage(answers: Readonly<Record<string, readonly unknown[]>>) {
  const asked: MaintenanceEvent[] = [];
  const next = new Map<string, number>();
  const state = { asked, emptied: 0, closed: 0 };
  const call = async (event: MaintenanceEvent) => {
    asked.push(event);
    const n = next.get(event.action) ?? 0;
    next.set(event.action, n + 1);
    const answer = answers[event.action]?.[n];
    if (answer instanceof Error) throw answer;
    return answer ?? null;
  };
  const open = async () => ({
    call: call as CallMaintenance,
    emptyQueue: async () => void state.emptied++,
    close: () => void state.closed++,
  });
  return { ...state, state, open };
}

const verified = (change: Partial<TypeVerification>): TypeVerification => {
  return { type: 'Patient', checked: 500, missing: 0, behind: 0, ahead: 0, fixed: 0, examples: [], ...change };
};

describe('fwoa reindex', () => {
  const options = { ...PROD, failed: false };

  it('goes on until each type is done, and tells what was written', async () => {
    const { open, asked, state } = fakeStage({
      types: [['Patient']],
      reindex: [
        { type: 'Patient', written: 500, done: false, refused: 0 },
        { type: 'Patient', written: 20, done: true, refused: 0 },
      ],
    });
    const io = commandIo();
    expect(await runReindex(options, io, open)).toBe(0);
    expect(asked.map(({ action }) => action)).toEqual(['types', 'reindex', 'reindex']);
    expect(io.out()).toBe('Patient\t520\t0\n');
    expect(state.closed).toBe(1);
  });

  it('fails where something was not taken, and says how it is tried again', async () => {
    const { open, asked } = fakeStage({ reindex: [{ type: 'Patient', written: 5, done: true, refused: 2 }] });
    const io = commandIo({ json: true });
    expect(await runReindex({ ...options, type: ['Patient'], json: true }, io, open)).toBe(1);
    expect(asked).toEqual([{ action: 'reindex', type: 'Patient' }]);
    expect(JSON.parse(io.out())).toEqual({ types: [{ type: 'Patient', written: 5, refused: 2 }], refused: 2 });
  });

  it('--failed brings the index up, tries again what was set aside, and empties the queue', async () => {
    const left = { type: 'Patient', id: 'p2', version: 3, reason: 'mapper_parsing_exception' };
    const { open, asked, state } = fakeStage({
      types: [['Patient']],
      'retry-aside': [{ tried: 2, indexed: 1, examples: [left] }],
    });
    const io = commandIo();
    expect(await runReindex({ ...options, failed: true }, io, open)).toBe(1);
    expect(asked.map(({ action }) => action)).toEqual(['types', 'catch-up', 'retry-aside']);
    expect(io.out()).toBe(
      '1 of 2 resources that were set aside are in the index now.\n  Patient/p2 version 3: mapper_parsing_exception\n',
    );
    expect(state.emptied).toBe(1);
  });

  it('--failed of one type leaves the queue, which is of all', async () => {
    const { open, state } = fakeStage({ 'retry-aside': [{ tried: 0, indexed: 0, examples: [] }] });
    expect(await runReindex({ ...options, failed: true, type: ['Patient'] }, commandIo(), open)).toBe(0);
    expect(state.emptied).toBe(0);
  });

  it('closes what it opened when the function fails', async () => {
    const { open, state } = fakeStage({ types: [new Error('away')] });
    await expect(runReindex(options, commandIo(), open)).rejects.toThrow('away');
    expect(state.closed).toBe(1);
  });

  it('says that the local server needs none', async () => {
    const { open } = fakeStage({});
    await expect(runReindex({ ...options, local: true }, commandIo(), open)).rejects.toMatchObject({
      code: 'not-on-the-local-server',
    });
  });
});

describe('fwoa verify-index', () => {
  const options = { ...PROD, fix: false, sample: 100 };

  it('goes on where each part has ended, and adds them up', async () => {
    const { open, asked } = fakeStage({
      types: [['Patient']],
      verify: [
        verified({ next: 7, missing: 1, examples: ['a'] }),
        verified({ checked: 3, behind: 2, examples: ['b'] }),
      ],
    });
    const io = commandIo();
    expect(await runVerifyIndex({ ...options, sample: 50 }, io, open)).toBe(1);
    expect(asked.slice(1)).toEqual([
      { action: 'verify', type: 'Patient', fix: false, sample: 0.5, since: 0 },
      { action: 'verify', type: 'Patient', fix: false, sample: 0.5, since: 7 },
    ]);
    expect(io.out()).toBe('Patient\t503\t1\t2\t0\t0\n');
    expect(io.err()).toContain('differs from the data in 3 resources. To put it right: fwoa verify-index --fix');
  });

  it('is content when all that differed was put right', async () => {
    const { open } = fakeStage({ types: [['Patient']], verify: [verified({ missing: 2, fixed: 2 })] });
    const io = commandIo({ json: true });
    expect(await runVerifyIndex({ ...options, fix: true, json: true }, io, open)).toBe(0);
    expect(JSON.parse(io.out())).toEqual({ types: [verified({ missing: 2, fixed: 2 })], different: 0 });
  });

  it('names reindex where a repair does not help', async () => {
    const { open } = fakeStage({ types: [['Patient']], verify: [verified({ ahead: 1 })] });
    const io = commandIo();
    expect(await runVerifyIndex({ ...options, fix: true }, io, open)).toBe(1);
    expect(io.err()).toContain('fwoa reindex');
  });

  it('has nothing to say of an empty stage', async () => {
    const { open } = fakeStage({ types: [[]] });
    const io = commandIo();
    expect(await runVerifyIndex(options, io, open)).toBe(0);
    expect(io.out()).toBe('There is nothing to search yet.\n');
  });
});
