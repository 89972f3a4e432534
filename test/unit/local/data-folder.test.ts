import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataFolder, tryDataFolder } from '../../../src/local/data-folder.ts';
import { newSecret, readServerFile, removeServerFile, writeServerFile } from '../../../src/local/server-file.ts';
import { temporaryFolder } from './temporary-folder.ts';

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);

describe('a data folder', () => {
  it('is made for its owner alone', () => {
    const path = join(temporaryFolder(), 'a', 'b');
    const folder = openDataFolder(path, undefined, 'test');
    folder.release();
    expect(folder.created).toBe(true);
    expect(mode(path)).toBe('700');
    expect(mode(join(path, 'fwoa.json'))).toBe('600');
    expect(mode(join(path, 'lock.sqlite'))).toBe('600');
  });

  it.each([
    { asked: undefined, kept: '4.0.1' },
    { asked: '3.0.1' as const, kept: '3.0.1' },
  ])('made with $asked keeps FHIR $kept', ({ asked, kept }) => {
    const path = temporaryFolder();
    openDataFolder(path, asked, 'test').release();
    expect(JSON.parse(readFileSync(join(path, 'fwoa.json'), 'utf8'))).toEqual({ fhirVersion: kept });
    const again = openDataFolder(path, undefined, 'test');
    again.release();
    expect(again.settings.fhirVersion).toBe(kept);
    expect(again.created).toBe(false);
  });

  it('refuses another FHIR version than its own, and can be opened after that', () => {
    const path = temporaryFolder();
    openDataFolder(path, '3.0.1', 'test').release();
    expect(() => openDataFolder(path, '4.0.1', 'test')).toThrow(`The data folder ${path} holds FHIR 3.0.1, not 4.0.1.`);
    openDataFolder(path, '3.0.1', 'test').release();
  });

  it('is not made of a folder that holds other things', () => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'letter.txt'), 'Dear …');
    expect(() => openDataFolder(path, undefined, 'test')).toThrow(`${path} is not a data folder of fwoa.`);
  });

  it('is not made where a file stands', () => {
    const path = join(temporaryFolder(), 'file');
    writeFileSync(path, '');
    expect(() => openDataFolder(path, undefined, 'test')).toThrow(`The data folder ${path} cannot be used.`);
  });

  it.each(['', '{', '{"fhirVersion":"5"}', '[]'])('with settings %j is refused', (settings) => {
    const path = temporaryFolder();
    writeFileSync(join(path, 'fwoa.json'), settings);
    expect(() => openDataFolder(path, undefined, 'test')).toThrow('cannot be understood');
  });

  it('is held by one at a time, and says by whom', () => {
    const path = temporaryFolder();
    const first = openDataFolder(path, undefined, 'fwoa local');
    expect(tryDataFolder(path, undefined, 'test')).toBeUndefined();
    expect(() => openDataFolder(path, undefined, 'test')).toThrow(
      expect.objectContaining({
        code: 'data-folder-in-use',
        text: expect.objectContaining({ why: expect.stringContaining(`fwoa local, pid ${process.pid}`) }),
      }),
    );
    first.release();
    openDataFolder(path, undefined, 'test').release();
  });

  it('is free again when its holder was killed', async () => {
    const path = temporaryFolder();
    // A process of its own, which takes the same lock as our code does: Node 20 does not run TypeScript.
    const holder = fork(new URL('./hold-lock.mjs', import.meta.url), [path]);
    await once(holder, 'message');
    expect(tryDataFolder(path, undefined, 'test')).toBeUndefined();
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    openDataFolder(path, undefined, 'test').release();
  });
});

describe('server.json', () => {
  it('names URL, pid and a secret, for the owner alone', () => {
    const path = temporaryFolder();
    const written = writeServerFile(path, { url: 'http://127.0.0.1:1', secret: newSecret() });
    expect(readServerFile(path)).toEqual(written);
    expect(written).toMatchObject({ url: 'http://127.0.0.1:1', pid: process.pid });
    expect(written.secret).toMatch(/^[\w-]{43}$/);
    expect(mode(join(path, 'server.json'))).toBe('600');
    removeServerFile(path);
    expect(readServerFile(path)).toBeUndefined();
  });
});
