import { deflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Filter, MATCH_ALL, type SearchQuery } from '../../../../../src/fhir/search/search-query.ts';
import { EngineRefusal } from '../../../../../src/storage/aws/search/request.ts';
import { searchPage } from '../../../../../src/storage/aws/search/search-page.ts';
import { InvalidCursorError, SearchTooCostlyError, StoreUnavailableError } from '../../../../../src/storage/store.ts';
import { type Answer, fakeEngine } from './fake-engine.ts';

const query = (parts: Partial<SearchQuery> = {}): SearchQuery => ({
  types: ['Patient'],
  filter: MATCH_ALL,
  sort: [],
  includes: [],
  count: 1,
  total: 'none',
  ...parts,
});
const body = deflateRawSync('{}').toString('base64');
const hit = (id: string) => ({
  _id: id,
  sort: [id],
  _source: { stored: { version: 1, lastUpdated: 0, method: 'POST', body } },
});
const page = (...ids: string[]) => ({ timed_out: false, hits: { hits: ids.map(hit) } });
const name: Filter = { op: 'match', parameter: 'name', tests: [{ kind: 'string', match: 'exact', text: 'Anna' }] };
const chain: Filter = { op: 'chain', parameter: 'subject', type: 'Patient', filter: name };

async function secondPage(answer: Answer) {
  const first = await searchPage(fakeEngine(() => page('a', 'b')).context, query());
  const engine = fakeEngine(answer);
  const found = await searchPage(engine.context, query({ cursor: first.next }));
  return { found, paths: engine.sent.map(({ method, path }) => `${method} ${path}`) };
}

describe('a page of a search', () => {
  it('is one request when the search is plain', async () => {
    const { context, sent } = fakeEngine(() => page('a'));
    const found = await searchPage(context, query({ filter: name }));
    expect(found).toMatchObject({ matches: [{ type: 'Patient', id: 'a', version: 1 }], total: 1 });
    expect(sent.map(({ path }) => path)).toEqual(['/patient/_search']);
    expect(sent[0]?.querystring).toMatchObject({ allow_partial_search_results: false, ignore_unavailable: true });
  });

  it('is no request when nothing can match', async () => {
    const { context, sent } = fakeEngine(() => page());
    expect(await searchPage(context, query({ filter: { op: 'or', filters: [] } }))).toMatchObject({ total: 0 });
    expect(sent).toEqual([]);
  });

  it('resolves equal chains once', async () => {
    const { context, sent } = fakeEngine(() => ({
      timed_out: false,
      hits: { hits: [{ _id: 'a', sort: ['a', 'Patient'] }] },
    }));
    const filter: Filter = { op: 'and', filters: [chain, { op: 'not', filter: { ...chain } }] };
    await searchPage(context, query({ types: ['Observation'], filter, count: 0, total: 'accurate' }));
    expect(sent.map(({ path }) => path)).toEqual(['/patient/_search', '/observation/_search']);
  });

  it('says which part of a chain leads over too many, and no value', async () => {
    const many = { timed_out: false, hits: { total: { value: 11, relation: 'eq' }, hits: [] } };
    const { context } = fakeEngine(() => many, { maxLinked: 10 });
    const failed = await searchPage(context, query({ types: ['Observation'], filter: chain })).catch((e: unknown) => e);
    expect(failed).toBeInstanceOf(SearchTooCostlyError);
    expect(String(failed)).toContain('subject:Patient');
    expect(String(failed)).not.toContain('Anna');
  });

  it('puts many index names into the body', async () => {
    const { context, sent } = fakeEngine(() => ({ responses: [{ timed_out: false, hits: { hits: [] } }] }));
    const types = Array.from({ length: 146 }, (_, i) => `SomeRatherLongTypeName${i}`);
    await searchPage(context, query({ types }));
    expect(sent.map(({ path }) => path)).toEqual(['/_msearch']);
    expect(sent[0]?.body?.split('\n')).toHaveLength(3);
  });

  it('reads a body that is only in the table', async () => {
    const stored = { version: 2, lastUpdated: 0, method: 'PUT', away: true };
    const version = {
      type: 'Patient',
      id: 'a',
      version: 2,
      lastUpdated: 0,
      method: 'PUT' as const,
      body: new Uint8Array(1),
    };
    const { context } = fakeEngine(
      () => ({ timed_out: false, hits: { hits: [{ _id: 'a', sort: ['a'], _source: { stored } }] } }),
      { readVersion: async () => version },
    );
    expect((await searchPage(context, query())).matches).toEqual([version]);
  });
});

describe('the pages after the first', () => {
  it('are of a point in time, which is given back after the last', async () => {
    const { paths } = await secondPage(({ path }) => (path.endsWith('point_in_time') ? { pit_id: 'p' } : page('c')));
    expect(paths).toEqual(['POST /patient/_search/point_in_time', 'POST /_search', 'DELETE /_search/point_in_time']);
  });

  it('do without one where there are too many', async () => {
    const { found, paths } = await secondPage(({ path }) => (path.endsWith('point_in_time') ? 500 : page('c')));
    expect(found.matches).toHaveLength(1);
    expect(paths).toEqual(['POST /patient/_search/point_in_time', 'POST /patient/_search']);
  });

  it.each([404, 400, 503])('go on without one that is gone (%d)', async (status) => {
    const { found, paths } = await secondPage(({ path }) => {
      if (path.endsWith('point_in_time')) return { pit_id: 'p' };
      return path === '/_search' ? status : page('c');
    });
    expect(found.matches).toHaveLength(1);
    expect(paths.at(-1)).toBe('POST /patient/_search');
  });

  it.each(['', 'nonsense', 'e30', Buffer.from('["x",["a"],null]').toString('base64url')])(
    'refuse the cursor "%s"',
    async (cursor) => {
      const { context, sent } = fakeEngine(() => page());
      await expect(searchPage(context, query({ cursor }))).rejects.toBeInstanceOf(InvalidCursorError);
      expect(sent).toEqual([]);
    },
  );
});

describe('an engine in trouble', () => {
  it.each([429, 502, 503, 504])('is asked again after %d', async (status) => {
    let asked = 0;
    const { context, sent } = fakeEngine(() => (asked++ === 0 ? status : page('a')));
    expect((await searchPage(context, query())).matches).toHaveLength(1);
    expect(sent).toHaveLength(2);
  });

  it.each([
    [429, 'throttled'],
    [503, 'unavailable'],
  ])('that stays so (%d) is not available', async (status, reason) => {
    const { context } = fakeEngine(() => status, { budget: 30 });
    const failed = await searchPage(context, query()).catch((e: unknown) => e);
    expect(failed).toBeInstanceOf(StoreUnavailableError);
    expect(failed).toMatchObject({ reason });
  });

  it('that refuses a search is asked once, and not quoted', async () => {
    const { context, sent } = fakeEngine(() => 400);
    const failed = await searchPage(context, query({ filter: name })).catch((e: unknown) => e);
    expect(failed).toBeInstanceOf(EngineRefusal);
    expect(JSON.stringify([String(failed), failed])).not.toContain('Anna');
    expect(sent).toHaveLength(1);
  });
});
