import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Disk, REAL_DISK } from '../../../../src/local/audit-log/disk.ts';
import { type AuditLogOptions, openAuditLog } from '../../../../src/local/audit-log/open-audit-log.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { anEvent } from './an-event.ts';

const DAY = 86_400_000;
const NOON = Date.UTC(2024, 4, 1, 12);
const FIRST = 'audit-20240501T120000.000Z.ndjson';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function open(folder: string, options: Partial<AuditLogOptions> = {}) {
  const reported: unknown[] = [];
  const log = openAuditLog(folder, { report: (error) => reported.push(error), now: () => NOON, ...options });
  onTestFinished(() => log.close());
  return { log, reported };
}

/** The requests in the files, oldest first. */
function requestsIn(folder: string): string[] {
  return readdirSync(folder)
    .sort()
    .filter((name) => /ndjson(\.gz)?$/.test(name))
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString().split('\n').filter(Boolean);
    })
    .map((line) => JSON.parse(line))
    .map((event) => (event.lost === undefined ? `${event.request}${event.late ? ' late' : ''}` : `lost ${event.lost}`));
}

describe('the audit log', () => {
  it('is for its owner alone', async () => {
    const folder = join(temporaryFolder(), 'audit');
    await open(folder).log.record(anEvent('a'));
    expect([mode(folder), mode(join(folder, FIRST))]).toEqual(['700', '600']);
  });

  it('has an event in its file when record returns, one line each', async () => {
    const folder = temporaryFolder();
    const { log } = open(folder);
    await log.record(anEvent('a'));
    const text = readFileSync(join(folder, FIRST), 'utf8');
    expect(text).toBe(`${JSON.stringify(anEvent('a'))}\n`);
    await log.record(anEvent('b'));
    expect(requestsIn(folder)).toEqual(['a', 'b']);
  });

  it.each([
    '\n{"v":1,"request":"forged"}',
    '\r\n{}',
    '\u2028\u2029\u0085{"forged":1}',
    '\u0000\u001b[2J\u009b2J\u007f',
    '"}\n{"forged":"1',
    '\ud800',
  ])('keeps %j within its line', async (name) => {
    const folder = temporaryFolder();
    await open(folder).log.record(anEvent('a', { user: { id: 'u', name }, client: { id: 'c', name } }));
    const text = readFileSync(join(folder, FIRST), 'utf8');
    expect(text.slice(0, -1)).not.toMatch(/[\p{Cc}\u2028\u2029]/u);
    expect(text.endsWith('\n')).toBe(true);
    expect(JSON.parse(text).user.name).toBe(name);
  });

  it('goes on with the newest file of the day', async () => {
    const folder = temporaryFolder();
    await open(folder).log.record(anEvent('a'));
    await open(folder, { now: () => NOON + 5 }).log.record(anEvent('b'));
    expect(readdirSync(folder)).toEqual([FIRST]);
    expect(requestsIn(folder)).toEqual(['a', 'b']);
  });

  it('makes no file before there is an event', async () => {
    const folder = temporaryFolder();
    open(folder);
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the files of the audit log', () => {
  it('follow each other at a size, and are packed', async () => {
    const folder = temporaryFolder();
    const { log } = open(folder, { maxBytes: 300 });
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) await log.record(anEvent(id));
    await log.idle();
    const names = readdirSync(folder).sort();
    expect(names).toEqual([`${FIRST}.gz`, 'audit-20240501T120000.001Z.ndjson']);
    expect(mode(join(folder, `${FIRST}.gz`))).toBe('600');
    expect(requestsIn(folder)).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
  });

  it('are left as they are where packing is off', async () => {
    const folder = temporaryFolder();
    const { log } = open(folder, { maxBytes: 1, pack: false });
    for (const id of ['a', 'b']) await log.record(anEvent(id));
    await log.idle();
    expect(readdirSync(folder).filter((name) => name.endsWith('.ndjson'))).toHaveLength(2);
  });

  it('follow each other at midnight UTC', async () => {
    const folder = temporaryFolder();
    let now = NOON;
    const { log } = open(folder, { now: () => now, pack: false });
    await log.record(anEvent('a'));
    now = NOON + DAY / 2 - 1;
    await log.record(anEvent('b'));
    now += 1;
    await log.record(anEvent('c'));
    expect(readdirSync(folder).sort()).toEqual([FIRST, 'audit-20240502T000000.000Z.ndjson']);
    expect(requestsIn(folder)).toEqual(['a', 'b', 'c']);
  });

  it('are deleted when their last event is older than is kept, packed or not', async () => {
    const folder = temporaryFolder();
    let now = NOON;
    const begin = { now: () => now, keep: 2 * DAY };
    const { log } = open(folder, begin);
    for (const id of ['a', 'b', 'c']) {
      await log.record(anEvent(id));
      await log.idle();
      now += DAY;
    }
    expect(requestsIn(folder)).toEqual(['a', 'b', 'c']);
    // Its last event may have come just before the next file began: two days and a half ago.
    now += DAY;
    await log.record(anEvent('d'));
    await log.idle();
    expect(requestsIn(folder)).toEqual(['b', 'c', 'd']);
    await log.close();
    now += 30 * DAY;
    await open(folder, begin).log.close();
    expect(requestsIn(folder)).toEqual(['d']);
  });

  it('stay in order when the clock is set back', async () => {
    const folder = temporaryFolder();
    let now = NOON;
    const { log } = open(folder, { now: () => now, maxBytes: 1, pack: false });
    for (const id of ['a', 'b', 'c']) {
      await log.record(anEvent(id));
      now -= 1000;
    }
    expect(requestsIn(folder)).toEqual(['a', 'b', 'c']);
  });

  it('are packed at the next start, when a server was killed before or while it packed them', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'audit-20240430T120000.000Z.ndjson'), '{"v":1,"request":"old"}\n');
    writeFileSync(join(folder, 'audit-20240430T120000.000Z.ndjson.gz.part'), 'half');
    const { log } = open(folder);
    await log.record(anEvent('a'));
    await log.idle();
    expect(readdirSync(folder).sort()).toEqual(['audit-20240430T120000.000Z.ndjson.gz', FIRST]);
    expect(requestsIn(folder)).toEqual(['old', 'a']);
  });
});

describe('a log that ended within a line', () => {
  it.each([
    ['after whole lines', '{"request":"a"}\n{"request":"b"}\n', '{"requ'],
    ['in its first line', '', '{"requ'],
    ['with what a power cut left', '{"request":"a"}\n', '\0\0\0\0'],
    ['with a long line', '{"request":"a"}\n', `{"request":"${'x'.repeat(70_000)}`],
    ['after a long line', `{"request":"${'x'.repeat(70_000)}"}\n`, '{"requ'],
  ])('%s is cut to whole lines, what was torn is kept aside', async (_, whole, torn) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, FIRST), whole + torn);
    const { log, reported } = open(folder);
    await log.record(anEvent('next'));
    expect(readFileSync(join(folder, FIRST), 'utf8')).toBe(`${whole}${JSON.stringify(anEvent('next'))}\n`);
    expect(readFileSync(join(folder, `${FIRST}.torn`), 'utf8')).toBe(`${torn.slice(0, 65_536)}\n`);
    expect(mode(join(folder, `${FIRST}.torn`))).toBe('600');
    expect(reported).toHaveLength(1);
    expect(String(reported[0])).not.toContain('requ');
  });

  it('that is whole is left alone', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, FIRST), '{"request":"a"}\n');
    const { reported } = open(folder);
    expect(readdirSync(folder)).toEqual([FIRST]);
    expect(reported).toEqual([]);
  });
});

/** A disk with so much room, in bytes. */
function smallDisk(): { disk: Disk; room: number; truncates: boolean; writes: number } {
  const state = { disk: REAL_DISK, room: 0, truncates: true, writes: 0 };
  const full = () => Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
  state.disk = {
    ...REAL_DISK,
    write(fd, bytes, offset) {
      state.writes += 1;
      const length = Math.min(bytes.length - offset, state.room);
      if (length === 0) throw full();
      state.room -= length;
      return REAL_DISK.write(fd, bytes.subarray(0, offset + length), offset);
    },
    truncate(fd, length) {
      if (!state.truncates) throw full();
      REAL_DISK.truncate(fd, length);
    },
  };
  return state;
}

describe.each(['normal', 'full'] as const)('on a full disk (durability %s)', (durability) => {
  const line = Buffer.byteLength(JSON.stringify(anEvent('a'))) + 1;

  async function attempt(record: () => void | Promise<void>): Promise<string> {
    try {
      await record();
      return 'kept';
    } catch (error) {
      return (error as NodeJS.ErrnoException).code ?? 'failed';
    }
  }

  it.each([true, false])(
    'a part of a line does not spoil the next ones (the part can be taken back: %s)',
    async (truncates) => {
      const folder = temporaryFolder();
      const small = smallDisk();
      const { log } = open(folder, { disk: small.disk, durability, retryAfter: 0, pack: false });
      small.room = line + 10;
      small.truncates = truncates;
      expect(await attempt(() => log.record(anEvent('a')))).toBe('kept');
      expect(await attempt(() => log.record(anEvent('b')))).toBe('ENOSPC');
      expect(await attempt(() => log.ready())).toBe('ENOSPC');
      small.room = 10_000;
      expect(await attempt(() => log.ready())).toBe('kept');
      expect(await attempt(() => log.record(anEvent('c')))).toBe('kept');
      await log.close();
      // What is left of a line that could not be taken back is at the end of a file: the next start cuts it off.
      open(folder);
      expect(requestsIn(folder)).toEqual(['a', 'b late', 'c']);
    },
  );

  it('refuses without trying for a while, then tries again', async () => {
    const folder = temporaryFolder();
    const small = smallDisk();
    let now = NOON;
    const { log } = open(folder, { disk: small.disk, durability, retryAfter: 1000, now: () => now });
    expect(await attempt(() => log.ready())).toBe('kept');
    expect(await attempt(() => log.record(anEvent('a')))).toBe('ENOSPC');
    small.room = 10_000;
    const before = small.writes;
    now += 999;
    expect(await attempt(() => log.ready())).toBe('ENOSPC');
    expect(await attempt(() => log.record(anEvent('b')))).toBe('ENOSPC');
    expect(small.writes).toBe(before);
    now += 1;
    expect(await attempt(() => log.ready())).toBe('kept');
    expect(requestsIn(folder)).toEqual(['a late', 'b late']);
  });

  it('tells how many events there was no room to keep', async () => {
    const folder = temporaryFolder();
    const small = smallDisk();
    let now = NOON;
    const { log } = open(folder, { disk: small.disk, durability, retryAfter: 1000, now: () => now });
    const all = await Promise.all(Array.from({ length: 10_003 }, (_, i) => attempt(() => log.record(anEvent(`${i}`)))));
    expect(new Set(all)).toEqual(new Set(['ENOSPC']));
    small.room = 2 ** 24;
    now += 1000;
    expect(await attempt(() => log.ready())).toBe('kept');
    const requests = requestsIn(folder);
    expect(requests).toHaveLength(10_001);
    expect(requests.at(-1)).toBe('lost 3');
  });

  it('closes, and reports what it could not write', async () => {
    const small = smallDisk();
    const { log, reported } = open(temporaryFolder(), { disk: small.disk, durability });
    expect(await attempt(() => log.record(anEvent('a')))).toBe('ENOSPC');
    await log.close();
    expect(reported).toHaveLength(1);
  });
});

describe('with durability full', () => {
  it('an event counts as kept when it is flushed; events that come meanwhile share the next flush', async () => {
    const folder = temporaryFolder();
    const flushes: (() => void)[] = [];
    const steps: string[] = [];
    const disk: Disk = {
      ...REAL_DISK,
      write: (fd, bytes, offset) => {
        steps.push('write');
        return REAL_DISK.write(fd, bytes, offset);
      },
      syncLater: () => {
        steps.push('flush');
        return new Promise((resolve) => flushes.push(resolve));
      },
    };
    const { log } = open(folder, { durability: 'full', disk });
    const kept: string[] = [];
    const record = async (id: string) => {
      await log.record(anEvent(id));
      kept.push(id);
    };
    const first = [record('a'), record('b')];
    await until(() => flushes.length === 1);
    expect([steps, kept]).toEqual([['write', 'flush'], []]);
    const second = [record('c'), record('d')];
    flushes[0]?.();
    await Promise.all(first);
    await until(() => flushes.length === 2);
    expect([steps, kept]).toEqual([
      ['write', 'flush', 'write', 'flush'],
      ['a', 'b'],
    ]);
    flushes[1]?.();
    await Promise.all(second);
    expect(requestsIn(folder)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('a flush that fails fails its events', async () => {
    const error = new Error('EIO');
    const disk: Disk = { ...REAL_DISK, syncLater: () => Promise.reject(error) };
    const { log } = open(temporaryFolder(), { durability: 'full', disk });
    await expect(log.record(anEvent('a'))).rejects.toBe(error);
  });

  it('close waits for what is being written', async () => {
    const folder = temporaryFolder();
    const { log } = open(folder, { durability: 'full' });
    const recorded = log.record(anEvent('a'));
    await log.close();
    await recorded;
    appendFileSync(join(folder, FIRST), '');
    expect(requestsIn(folder)).toEqual(['a']);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
