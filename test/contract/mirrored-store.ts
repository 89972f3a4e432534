import { expect } from 'vitest';
import { MATCH_ALL, type SearchQuery } from '../../src/fhir/search/search-query.ts';
import type { Change, SearchPage, Store, StoredVersion } from '../../src/storage/store.ts';
import type { OpenedStore } from './harness.ts';
import { compareBySort, referenceIncludes, referenceMatches, type SearchableResource } from './reference-search.ts';
import { type TestContent, testResource } from './test-resource.ts';

/** 2024-01-01T00:00:00Z: the clock of a {@link MirroredStore} starts here and goes on by a second a commit. */
export const START = 1_704_067_200_000;
const SECOND = 1_000;
const utf8 = new TextEncoder();

/** A resource with its type and id. */
export interface TestWrite extends TestContent {
  readonly type: string;
  readonly id: string;
}

/** The change that appends a version after `expected`. */
export function changeTo(write: TestWrite, expected: number, lastUpdated: number): Change {
  const resource = testResource(write.type, write.id, expected + 1, lastUpdated, write);
  const body = utf8.encode(JSON.stringify(resource));
  const method = expected === 0 ? 'POST' : 'PUT';
  return { method, type: write.type, id: write.id, expected, lastUpdated, content: { resource, body } };
}

/** The change that deletes. */
export function deletion(type: string, id: string, expected: number, lastUpdated: number): Change {
  return { method: 'DELETE', type, id, expected, lastUpdated };
}

/** A query for all of some types, with what is given instead of the defaults. */
export function searchQuery(types: readonly string[], parts: Partial<SearchQuery> = {}): SearchQuery {
  return { types, filter: MATCH_ALL, sort: [], includes: [], count: 1_000, total: 'accurate', ...parts };
}

/** `Type/id` of each. */
export function keysOf(resources: readonly { readonly type: string; readonly id: string }[]): string[] {
  return resources.map(({ type, id }) => `${type}/${id}`);
}

/** The versions that are resources must say so, and must hold the bytes that were committed. */
export function bodyText(version: StoredVersion | undefined): string | undefined {
  return version?.body === undefined ? undefined : new TextDecoder().decode(version.body);
}

/** A store beside a plain list of what is in it, so that its answers can be compared with the evaluator's. */
export class MirroredStore {
  readonly store: Store;
  readonly resources = new Map<string, SearchableResource>();
  readonly #settled: () => Promise<void>;
  readonly #versions = new Map<string, number>();
  readonly #bodies = new Map<string, string | undefined>();
  #clock = START;

  constructor({ store, settled }: OpenedStore) {
    this.store = store;
    this.#settled = settled ?? (async () => {});
  }

  /** The time that the next commit gets. */
  get now(): number {
    return this.#clock;
  }

  version(type: string, id: string): number {
    return this.#versions.get(`${type}/${id}`) ?? 0;
  }

  /** Writes all in one commit. */
  async put(...writes: readonly TestWrite[]): Promise<void> {
    const changes = writes.map((write) => changeTo(write, this.version(write.type, write.id), this.#clock));
    await this.#commit(changes);
    for (const write of writes) {
      const { type, id, entries = [], narrative = '', note = '' } = write;
      this.resources.set(`${type}/${id}`, {
        type,
        id,
        lastUpdated: this.#clock,
        entries,
        narrative,
        content: `${narrative} ${note}`,
      });
    }
    this.#clock += SECOND;
  }

  async remove(type: string, id: string): Promise<void> {
    await this.#commit([deletion(type, id, this.version(type, id), this.#clock)]);
    this.resources.delete(`${type}/${id}`);
    this.#clock += SECOND;
  }

  async #commit(changes: readonly Change[]): Promise<void> {
    expect(await this.store.commit(changes)).toBeUndefined();
    for (const change of changes) {
      const key = `${change.type}/${change.id}`;
      this.#versions.set(key, change.expected + 1);
      this.#bodies.set(key, change.content && new TextDecoder().decode(change.content.body));
    }
  }

  /** Resolves when search has caught up. */
  settled(): Promise<void> {
    return this.#settled();
  }

  /** The first page. */
  async search(query: SearchQuery): Promise<SearchPage> {
    await this.#settled();
    return this.store.search(query);
  }

  /** `Type/id` of all matches, through all pages. */
  async find(query: SearchQuery): Promise<string[]> {
    await this.#settled();
    return (await this.#pages(query)).flatMap(({ matches }) => keysOf(matches));
  }

  async #pages(query: SearchQuery): Promise<SearchPage[]> {
    const pages: SearchPage[] = [];
    let cursor: string | undefined;
    do {
      const page = await this.store.search({ ...query, cursor });
      expect(page.matches.length).toBeLessThanOrEqual(query.count);
      if (page.next !== undefined && page.matches.length === 0) throw new Error('an empty page has a next one');
      pages.push(page);
      cursor = page.next;
    } while (cursor !== undefined);
    return pages;
  }

  /** Pages through a search and compares all that it gives with the evaluator: matches, order, bodies, includes, total. */
  async check(query: SearchQuery): Promise<void> {
    await this.#settled();
    const expected = referenceMatches(this.resources, query);
    const pages = await this.#pages(query);
    const found = pages.flatMap(({ matches }) => keysOf(matches));
    expect([...found].sort(), 'the matches').toEqual(keysOf(expected).sort());
    const compare = compareBySort(query.sort);
    for (const [i, key] of found.entries()) {
      const previous = this.resources.get(found[i - 1] ?? '');
      const resource = this.resources.get(key);
      if (previous !== undefined && resource !== undefined && compare(previous, resource) > 0)
        throw new Error(`the order: ${keysOf([previous, resource]).join(' must come after ')}`);
    }
    for (const page of pages) this.#checkPage(query, page, expected.length);
  }

  #checkPage(query: SearchQuery, page: SearchPage, total: number): void {
    if (query.total === 'accurate') expect(page.total, 'the total').toBe(total);
    const matches = keysOf(page.matches).flatMap((key) => this.resources.get(key) ?? []);
    const included = keysOf(referenceIncludes(this.resources, query.includes, matches));
    expect(keysOf(page.included).sort(), 'the included').toEqual(included.sort());
    for (const resource of [...page.matches, ...page.included]) {
      const [key = ''] = keysOf([resource]);
      expect(bodyText(resource), key).toBe(this.#bodies.get(key));
      expect(resource.version, key).toBe(this.#versions.get(key));
    }
  }
}
