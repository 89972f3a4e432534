import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileRank } from '../../../../src/local/import/file-rank.ts';
import { findFiles } from '../../../../src/local/import/find-files.ts';
import { formatOf, type ImportFile } from '../../../../src/local/import/import-file.ts';
import { headMembers } from '../../../../src/local/import/json-head.ts';
import { lines } from '../../../../src/local/import/lines.ts';
import { readHead, readWhole } from '../../../../src/local/import/read-file.ts';
import { temporaryFolder } from '../temporary-folder.ts';

describe('finding files', () => {
  it('walks folders, leaves other kinds and hidden files out, and takes each file once', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'b', 'c'), { recursive: true });
    mkdirSync(join(folder, '.git'));
    for (const name of ['z.json', 'b/y.ndjson.gz', 'b/c/x.JSON', 'readme.txt', '.git/config.json', '.hidden.json']) {
      writeFileSync(join(folder, name), '{}');
    }
    symlinkSync(folder, join(folder, 'b', 'loop'));
    symlinkSync(join(folder, 'z.json'), join(folder, 'b', 'again.json'));
    const { files, ignored } = await findFiles(['.', 'z.json'], folder);
    expect(files.map(({ name }) => name)).toEqual(['b/again.json', 'b/c/x.JSON', 'b/y.ndjson.gz']);
    expect(ignored).toBe(1);
  });

  it.each([
    { path: 'missing', says: 'There is no file or folder missing.' },
    { path: 'empty', says: 'There is nothing to import in empty.' },
    { path: 'letter.txt', says: 'letter.txt is of no kind that can be imported.' },
  ])('$path: $says', async ({ path, says }) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'empty'));
    writeFileSync(join(folder, 'letter.txt'), '');
    await expect(findFiles([path], folder)).rejects.toThrow(says);
  });

  it.each([
    ['a.json', { format: 'json', gzip: false }],
    ['a.b.ndjson', { format: 'ndjson', gzip: false }],
    ['A.NDJSON.GZ', { format: 'ndjson', gzip: true }],
    ['a.gz', undefined],
    ['json', undefined],
  ])('%s is %j', (name, format) => expect(formatOf(name)).toEqual(format));
});

/** A file on disk with some content. */
function fileOf(content: string | Buffer, gzip = false): ImportFile {
  const path = join(temporaryFolder(), 'file');
  writeFileSync(path, content);
  return { name: 'file', path, format: 'json', gzip, size: content.length };
}

describe('reading a file', () => {
  it('unpacks it', async () => {
    expect((await readWhole(fileOf(gzipSync('{"a":1}'), true))).toString()).toBe('{"a":1}');
  });

  it.each([
    { what: 'a file that is no gzip', content: 'no gzip' },
    { what: 'a gzip file that is cut off', content: gzipSync('x'.repeat(100_000)).subarray(0, 60) },
  ])('says what is wrong with $what', async ({ content }) => {
    await expect(readWhole(fileOf(content, true))).rejects.toThrow('It is not a whole gzip file');
  });

  it('refuses one that is too large to be one JSON document', async () => {
    await expect(readWhole(fileOf('x'.repeat(2000)), 1000)).rejects.toThrow('Make it .ndjson');
  });

  it('reads the first part of a packed file', async () => {
    expect(await readHead(fileOf(gzipSync(`{"resourceType":"Patient","x":"${'y'.repeat(10 ** 6)}"}`), true))).toMatch(
      /^{"resourceType":"Patient"/,
    );
  });
});

describe('lines', () => {
  const read = async (chunks: readonly string[], limit = 1000) => {
    const found: [number, string][] = [];
    const stream = (async function* () {
      for (const chunk of chunks) yield Buffer.from(chunk);
    })();
    for await (const { number, bytes } of lines(stream, limit)) found.push([number, bytes.toString()]);
    return found;
  };

  it.each([
    {
      chunks: ['a\nb\n'],
      found: [
        [1, 'a'],
        [2, 'b'],
      ],
    },
    {
      chunks: ['a\nb'],
      found: [
        [1, 'a'],
        [2, 'b'],
      ],
    },
    {
      chunks: ['a', 'a\n', '\n', 'b', 'b'],
      found: [
        [1, 'aa'],
        [3, 'bb'],
      ],
    },
    {
      chunks: ['a\r\n \t\r\nb\r\n'],
      found: [
        [1, 'a\r'],
        [3, 'b\r'],
      ],
    },
    {
      chunks: ['\uFEFFa\nb'],
      found: [
        [1, 'a'],
        [2, 'b'],
      ],
    },
    { chunks: [], found: [] },
  ])('$chunks', async ({ chunks, found }) => expect(await read(chunks)).toEqual(found));

  it('ends at a line that never does', async () => {
    await expect(read(['a\n', 'b'.repeat(600), 'b'.repeat(600)])).rejects.toThrow('Line 2 is longer');
  });
});

describe('the head of a document', () => {
  it.each([
    [
      '{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"type":"x"',
      { resourceType: 'Bundle', type: 'transaction' },
    ],
    [
      '{ "meta": {"id":"no"}, "id": "a\\"b", "tags": ["id", "x"], "n": 1, "resourceType": "Patient" }',
      { id: 'a\\"b', resourceType: 'Patient' },
    ],
    ['{"id":"cut o', {}],
    ['[{"id":"x"}]', {}],
    ['no JSON', {}],
  ])('%s', (text, members) => expect(Object.fromEntries(headMembers(text))).toEqual(members));
});

describe('the rank of a file', () => {
  it('puts what is referred to before what refers', () => {
    const rank = (...types: string[]) => fileRank(types.map((type) => `{"resourceType" : "${type}"}`).join());
    expect(rank('Bundle', 'Organization')).toBeLessThan(rank('Practitioner'));
    expect(rank('Bundle', 'Practitioner')).toBeLessThan(rank('PractitionerRole'));
    expect(rank('PractitionerRole')).toBeLessThan(rank('Patient', 'Organization'));
    expect(rank('Bundle')).toBe(rank('Observation'));
  });
});
