import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examplesFolder, NEEDS_EXAMPLES } from './examples-folder.ts';
import { all, type Item, isObject, type Json, Synthea, texts } from './synthea-oracle.ts';
import { fillIn, SYNTHEA_SEARCHES, type SyntheaSearch } from './synthea-searches.ts';
import { openTestApi, type TestApi } from './test-api.ts';

const folder = examplesFolder();

/** The files hold no number that can be searched for: a risk assessment of each patient makes up for it. */
function riskAssessment(index: number, subject: string): string {
  const prediction = [{ probabilityDecimal: index / 64 }];
  return JSON.stringify({
    resourceType: 'RiskAssessment',
    status: 'final',
    subject: { reference: subject },
    prediction,
  });
}

/** The server with everything in it, and which of its resources is which entry. */
class Imported {
  readonly #refs = new Map<Item, string>();
  readonly #items = new Map<string, Item>();
  readonly items: Item[];

  constructor(
    readonly api: TestApi,
    readonly data: Synthea,
  ) {
    this.items = [...data.items];
  }

  async importAll(): Promise<void> {
    for (const file of this.data.files) {
      const { status, text } = await this.api.send('POST', '/', { body: JSON.stringify(file.bundle) });
      expect(status, `${file.name}: ${text.slice(0, 500)}`).toBe(200);
      const entries = all(JSON.parse(text) as Json, 'entry');
      expect(entries).toHaveLength(file.items.length);
      for (const [i, entry] of entries.entries()) {
        const item = file.items[i];
        expect(texts(entry, 'response.status').join(), file.name).toMatch(/^201/);
        if (item !== undefined) this.#keep(item, texts(entry, 'response.location').join());
      }
    }
    for (const [i, patient] of this.data.of('Patient').entries()) {
      const body = riskAssessment(i, this.ref(patient));
      const { status, headers } = await this.api.send('POST', '/RiskAssessment', { body });
      expect(status).toBe(201);
      const item = { key: `risk-${i}`, type: 'RiskAssessment', resource: JSON.parse(body) };
      this.items.push(item);
      this.#keep(item, headers.location ?? headers.Location ?? '');
    }
  }

  #keep(item: Item, location: string): void {
    const [, ref] = /([A-Za-z]+\/[A-Za-z0-9\-.]{1,64})\/_history\/1$/.exec(location) ?? [];
    if (ref === undefined) throw new Error(`no location of a first version: "${location}"`);
    this.#refs.set(item, ref);
    this.#items.set(ref, item);
  }

  ref(item: Item): string {
    return this.#refs.get(item) ?? 'none';
  }

  refs(items: readonly Item[]): string[] {
    return [...new Set(items.map((item) => this.ref(item)))].sort();
  }

  item(ref: string): Item | undefined {
    return this.#items.get(ref);
  }

  /** All pages of a search. */
  async pages(url: string): Promise<{ matches: string[]; included: string[] }[]> {
    const pages = [];
    let next: string | undefined = `/${url.replaceAll(' ', '%20').replaceAll('"', '%22').replaceAll('|', '%7C')}`;
    while (next !== undefined) {
      const { status, text } = await this.api.send('GET', next);
      expect(status, `${next}: ${text.slice(0, 500)}`).toBe(200);
      const bundle = JSON.parse(text) as Json;
      const mode = (wanted: string) =>
        all(bundle, 'entry')
          .filter((entry) => texts(entry, 'search.mode').includes(wanted))
          .map((entry) => `${texts(entry, 'resource.resourceType')}/${texts(entry, 'resource.id')}`);
      pages.push({ matches: mode('match'), included: mode('include') });
      const link = all(bundle, 'link').find((one) => isObject(one) && one.relation === 'next');
      next = link === undefined ? undefined : texts(link, 'url').join();
    }
    return pages;
  }
}

async function check(imported: Imported, search: SyntheaSearch): Promise<number> {
  const { data } = imported;
  const url = fillIn(search.url, data, (item) => imported.ref(item));
  const types = search.types ?? [url.split('?')[0] ?? ''];
  const wanted = imported.items.filter((item) => types.includes(item.type) && search.where(item, data));
  const pages = await imported.pages(url);
  const found = pages.flatMap(({ matches }) => matches);
  expect(new Set(found).size, 'each match comes once').toBe(found.length);
  expect([...found].sort()).toEqual(imported.refs(wanted));
  for (const { matches, included } of pages) {
    const items = matches.flatMap((ref) => imported.item(ref) ?? []);
    const expected = imported.refs(search.include?.(items, data) ?? []).filter((ref) => !matches.includes(ref));
    expect([...included].sort(), 'the included').toEqual(expected);
  }
  const items = found.flatMap((ref) => imported.item(ref) ?? []);
  for (const [i, item] of items.entries()) {
    const before = items[i - 1];
    if (before !== undefined) expect(inOrder(search, before, item), `the order: ${before.key}, ${item.key}`).toBe(true);
  }
  return wanted.length;
}

function inOrder({ order = [] }: SyntheaSearch, first: Item, second: Item): boolean {
  for (const { by, descending = false } of order) {
    const [a, b] = [by(first), by(second)];
    if (a === b) continue;
    if (a === undefined || b === undefined) return b === undefined;
    return a < b !== descending;
  }
  return true;
}

describe.skipIf(folder === undefined)(`Synthea's 62 files (${NEEDS_EXAMPLES})`, () => {
  let imported: Imported;

  beforeAll(async () => {
    imported = new Imported(await openTestApi('4.0.1'), new Synthea(join(folder ?? '', 'synthea')));
    await imported.importAll();
  }, 300_000);

  afterAll(() => imported?.api.close());

  it('are all there: as many of each type as in the files', async () => {
    const types = new Set(imported.data.items.map(({ type }) => type));
    for (const type of types) {
      const { text } = await imported.api.send('GET', `/${type}?_summary=count`);
      expect(JSON.parse(text), type).toMatchObject({ total: imported.data.of(type).length });
    }
  });

  it.each(SYNTHEA_SEARCHES.map((search) => [search.url, search] as const))(
    'are found as the files say: %s',
    async (_, search) => {
      expect(await check(imported, search), 'a search that finds something').toBeGreaterThan(0);
    },
  );

  it('gives the same for a search by POST', async () => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'family=r&_summary=count';
    const { status, text } = await imported.api.send('POST', '/Patient/_search', { body, headers });
    expect(status, text).toBe(200);
    const wanted = imported.data
      .of('Patient')
      .filter(({ resource }) => texts(resource, 'name.family').some((name) => /^r/i.test(name)));
    expect(JSON.parse(text)).toMatchObject({ total: wanted.length });
  });

  it('every reference within the files leads to the resource it meant', async () => {
    for (const item of imported.data.items.filter((_, i) => i % 97 === 0)) {
      const { text } = await imported.api.send('GET', `/${imported.ref(item)}`);
      const stored = JSON.parse(text) as Json;
      const pairs = zipReferences(item.resource, stored);
      for (const [original, written] of pairs) {
        const target = imported.data.resolve(original);
        expect(written, original).toBe(target === undefined ? original : imported.ref(target));
      }
    }
  });
});

/** Each reference of a resource as it was sent, beside what was stored in its place. */
function zipReferences(sent: Json | undefined, stored: Json | undefined): (readonly [string, string])[] {
  if (Array.isArray(sent))
    return sent.flatMap((one, i) => zipReferences(one, Array.isArray(stored) ? stored[i] : undefined));
  if (!isObject(sent)) return [];
  return Object.entries(sent).flatMap(([name, one]) => {
    const other = isObject(stored) ? stored[name] : undefined;
    return name === 'reference' && typeof one === 'string'
      ? [[one, String(other)] as const]
      : zipReferences(one, other);
  });
}
