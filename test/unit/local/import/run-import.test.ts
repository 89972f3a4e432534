import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFiles } from '../../../../src/local/import/find-files.ts';
import { openJournal } from '../../../../src/local/import/journal.ts';
import { type ImportOptions, runImport } from '../../../../src/local/import/run-import.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { fakeServer } from './fake-server.ts';

type Files = Readonly<Record<string, string | object>>;

/** Imports files from a folder; the journal lies beside it, so that a second import knows of the first. */
async function importFiles(
  folder: string,
  files: Files,
  options: Partial<ImportOptions> & Pick<ImportOptions, 'target'>,
) {
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(folder, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  const notes: string[] = [];
  const report = await runImport({
    files: (await findFiles(['.'], folder)).files,
    journal: openJournal(join(folder, '.journal')),
    parallel: 2,
    again: false,
    continueOnError: true,
    signal: new AbortController().signal,
    onProgress: () => {},
    onNote: (text) => notes.push(text),
    ...options,
  });
  return { ...report, notes };
}

const patient = (id: string | number) => ({ resourceType: 'Patient', id: String(id) });
const bundle = (type: string, ...resources: object[]) => ({
  resourceType: 'Bundle',
  type,
  entry: resources.map((resource) => ({ resource, request: { method: 'POST', url: 'Patient' } })),
});
const ndjson = (count: number) => Array.from({ length: count }, (_, i) => JSON.stringify(patient(i + 1))).join('\n');

describe('what is sent', () => {
  it('PUTs a resource with an id and POSTs one without', async () => {
    const { target, requests } = fakeServer();
    await importFiles(temporaryFolder(), { 'a.json': patient(1), 'b.json': { resourceType: 'Patient' } }, { target });
    expect(requests.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(['POST Patient', 'PUT Patient/1']);
  });

  it.each(['transaction', 'batch'])('executes a %s as it was written', async (type) => {
    const { target, requests } = fakeServer();
    const text = JSON.stringify(bundle(type, { ...patient(1), value: 'X' })).replace('"X"', '1.50');
    const { stored } = await importFiles(temporaryFolder(), { 'a.json': text }, { target });
    expect(stored).toBe(1);
    expect(requests.map(({ method, path, body }) => [method, path, Buffer.from(body ?? []).toString()])).toEqual([
      ['POST', '', text],
    ]);
  });

  it.each(['collection', 'searchset', 'document', 'history'])(
    'stores the resources of a %s, digits kept',
    async (type) => {
      const { target, requests, stored } = fakeServer();
      const text = JSON.stringify(bundle(type, { ...patient(1), value: 'X' }, patient(2), patient(1))).replace(
        '"X"',
        '1.50',
      );
      await importFiles(temporaryFolder(), { 'a.json': text }, { target });
      expect(stored).toEqual(['Patient/1', 'Patient/2']);
      expect(Buffer.from(requests[0]?.body ?? []).toString()).toContain('"value":1.50');
    },
  );

  it('sends the lines of an ndjson file in batches, digits kept', async () => {
    const { target, requests } = fakeServer();
    const text = `${ndjson(449)}\n{"resourceType":"Patient","id":"450","value":1.50}`;
    const report = await importFiles(temporaryFolder(), { 'a.ndjson': text }, { target });
    expect(report.types).toEqual([{ type: 'Patient', created: 450, updated: 0, deleted: 0, refused: 0 }]);
    expect(requests).toHaveLength(3);
    expect(Buffer.from(requests.at(-1)?.body ?? []).toString()).toContain('"value":1.50');
  });

  it('sends organizations before practitioners before the rest', async () => {
    const { target, stored } = fakeServer();
    const files = {
      'a.json': patient(1),
      'b.json': { resourceType: 'Practitioner', id: '1' },
      'c.json': bundle('batch', { resourceType: 'Organization', id: '1' }),
    };
    await importFiles(temporaryFolder(), files, { target });
    expect(stored).toEqual(['Organization/1', 'Practitioner/1', 'Patient/1']);
  });
});

describe('what is refused', () => {
  it('is told with file, line, entry and reason; the rest goes in', async () => {
    const { target } = fakeServer((_, id) => (id === '2' ? 'No twos.' : undefined));
    const files = {
      'batch.json': bundle('batch', patient(1), patient(2)),
      'broken.json': '{\n  "resourceType": oops\n}',
      'lines.ndjson': `${JSON.stringify(patient(2))}\n{"broken\n[]\n{}\n${JSON.stringify(patient(3))}`,
      'other.json': { hello: 'world' },
      'transaction.json': bundle('transaction', patient(1), patient(2)),
    };
    const report = await importFiles(temporaryFolder(), files, { target });
    expect(report.stored).toBe(2);
    expect(
      report.refusals.map(({ file, line, entry, resource, text }) => [file, line, entry, resource, text]).sort(),
    ).toEqual([
      ['batch.json', undefined, 1, 'Patient/2', 'No twos.'],
      [
        'broken.json',
        undefined,
        undefined,
        undefined,
        expect.stringMatching(/^It is not JSON: .* at line 2, column 19\.$/),
      ],
      ['lines.ndjson', 1, undefined, 'Patient/2', 'No twos.'],
      ['lines.ndjson', 2, undefined, undefined, expect.stringMatching(/^It is not JSON: .* at column \d+\.$/)],
      ['lines.ndjson', 3, undefined, undefined, 'It is JSON, but not an object: not a FHIR resource.'],
      ['lines.ndjson', 4, undefined, undefined, 'It is JSON, but not FHIR: it has no resourceType.'],
      ['other.json', undefined, undefined, undefined, 'It is JSON, but not FHIR: it has no resourceType.'],
      ['transaction.json', undefined, undefined, undefined, 'No twos.'],
    ]);
    expect(report.refused).toBe(9);
  });

  it('is tried again when the rest is in, as long as that helps', async () => {
    const { target, stored } = fakeServer((type, id) => {
      const needs = type === 'Patient' && id !== '9' ? Number(id) - 1 : 0;
      return needs > 0 && !stored.includes(`Patient/${needs}`) ? 'Not there yet.' : undefined;
    });
    const files = { 'a.json': patient(3), 'b.json': patient(2), 'c.json': patient(1), 'd.json': patient(7) };
    const report = await importFiles(temporaryFolder(), files, { target, parallel: 1 });
    expect(stored).toEqual(['Patient/1', 'Patient/2', 'Patient/3']);
    expect(report.refusals).toMatchObject([{ file: 'd.json', text: 'Not there yet.' }]);
  });

  it('ends the import where that is asked for', async () => {
    const { target, requests } = fakeServer(() => 'No.');
    const files = { 'a.json': patient(1), 'b.json': patient(2), 'c.json': patient(3) };
    const report = await importFiles(temporaryFolder(), files, { target, parallel: 1, continueOnError: false });
    expect(requests).toHaveLength(1);
    expect(report).toMatchObject({ refused: 1, files: { total: 3 } });
  });

  it.each([
    { status: 507, says: 'There is no room left in the fake.' },
    { status: 403, says: 'the fake does not let you write.' },
  ])('with status $status ends the import: $says', async ({ status, says }) => {
    const target = { name: 'the fake', send: async () => ({ status, body: Buffer.from('{}') }) };
    await expect(importFiles(temporaryFolder(), { 'a.json': patient(1) }, { target })).rejects.toThrow(says);
  });
});

describe('an import done again', () => {
  it('skips what went in, by content, and not what was refused', async () => {
    const folder = temporaryFolder();
    let open = false;
    const { target, stored } = fakeServer((_, id) => (id === '2' && !open ? 'No twos.' : undefined));
    await importFiles(folder, { 'a.json': patient(1), 'b.json': patient(2), 'c.ndjson': ndjson(3) }, { target });
    open = true;
    stored.length = 0;
    const report = await importFiles(folder, { 'renamed.json': patient(1) }, { target });
    expect(stored).toEqual(['Patient/2']);
    expect(report.skipped.map(({ file }) => file).sort()).toEqual(['a.json', 'c.ndjson', 'renamed.json']);
  });

  it('with --again sends all of it once more', async () => {
    const folder = temporaryFolder();
    const { target, stored } = fakeServer();
    await importFiles(folder, { 'a.json': patient(1), 'c.ndjson': ndjson(3) }, { target });
    await importFiles(folder, {}, { target, again: true });
    expect(stored).toHaveLength(8);
  });

  it('goes on after the last line that was answered', async () => {
    const folder = temporaryFolder();
    const { target, stored } = fakeServer();
    const failing = {
      name: 'the fake',
      send: async (request: Parameters<typeof target.send>[0]) => {
        if (stored.length >= 400) throw new Error('gone');
        return target.send(request);
      },
    };
    await expect(importFiles(folder, { 'a.ndjson': ndjson(1000) }, { target: failing, parallel: 1 })).rejects.toThrow(
      'gone',
    );
    expect(stored).toHaveLength(400);
    const { notes, types } = await importFiles(folder, {}, { target });
    expect(notes).toEqual(['a.ndjson goes on after line 400.']);
    expect(types).toMatchObject([{ created: 600 }]);
    expect(new Set(stored).size).toBe(1000);
  });

  it('stops when it is asked to, and goes on where it was', async () => {
    const folder = temporaryFolder();
    const { target, stored } = fakeServer();
    const controller = new AbortController();
    const stopping = {
      name: 'the fake',
      send: async (request: Parameters<typeof target.send>[0]) => {
        controller.abort();
        return target.send(request);
      },
    };
    const files = { 'a.json': patient('a'), 'b.json': patient('b'), 'c.ndjson': ndjson(1000) };
    const report = await importFiles(folder, files, { target: stopping, signal: controller.signal, parallel: 1 });
    expect(report).toMatchObject({ interrupted: true, stored: 1, files: { left: 2 } });
    expect(await importFiles(folder, {}, { target })).toMatchObject({ interrupted: false, stored: 1001 });
    expect(stored).toHaveLength(1002);
  });

  it('does not send a transaction twice that had arrived when the import was killed', async () => {
    const folder = temporaryFolder();
    const text = bundle('transaction', { resourceType: 'Patient', identifier: [{ system: 'urn:x', value: 'a|b' }] });
    const { target, requests } = fakeServer();
    const killed = { name: 'the fake', send: () => Promise.reject(new Error('killed')) };
    await expect(importFiles(folder, { 'a.json': text }, { target: killed })).rejects.toThrow('killed');
    const knowing = {
      name: 'the fake',
      send: async (request: Parameters<typeof target.send>[0]) => {
        requests.push(request);
        return { status: 200, body: Buffer.from('{"entry":[{}]}') };
      },
    };
    await importFiles(folder, {}, { target: knowing });
    expect(requests.map(({ method }) => method)).toEqual(['GET']);
    expect(requests[0]?.path).toMatch(/^Patient\?identifier=urn%3Ax%7Ca%5C%7Cb&_lastUpdated=ge20/);
    expect((await importFiles(folder, {}, { target })).skipped).toHaveLength(1);
  });

  it('reads a journal whose last line was cut off', async () => {
    const folder = temporaryFolder();
    const { target } = fakeServer();
    await importFiles(folder, { 'a.json': patient(1) }, { target });
    writeFileSync(join(folder, '.journal'), '{"sha256":"cut', { flag: 'a' });
    await importFiles(folder, { 'b.json': patient(2) }, { target });
    expect((await importFiles(folder, {}, { target })).skipped).toHaveLength(2);
  });
});
