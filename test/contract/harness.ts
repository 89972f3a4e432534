import { afterAll, beforeAll } from 'vitest';
import type { IndexResource } from '../../src/fhir/index/index-entry.ts';
import type { Resource } from '../../src/fhir/resource.ts';
import type { Store } from '../../src/storage/store.ts';
import { indexTestResource, isCaseSensitive, textOfTestResource } from './test-resource.ts';

/** A store that a test has to itself. */
export interface OpenedStore {
  readonly store: Store;
  /** Closes the store and opens another on the same data. */
  readonly reopen?: (() => Promise<Store>) | undefined;
  /** Resolves when search has caught up with every commit that was acknowledged; absent where search is never behind. */
  readonly settled?: (() => Promise<void>) | undefined;
}

/** What else the suite's resources are found by. */
export interface SuiteRules {
  /** Whether the codes of a system tell upper from lower case. */
  readonly isCaseSensitive: (system: string) => boolean;
  /** What `_text` and `_content` search; `content` is all text, the narrative's too. */
  readonly fullText: (resource: Resource) => { readonly narrative: string; readonly content: string };
}

/** The rules of the suite's resources. */
export const SUITE_RULES: SuiteRules = { isCaseSensitive, fullText: textOfTestResource };

/**
 * Opens an empty store.
 *
 * @param index What a resource is found by; to be used instead of FHIR's own search parameters.
 */
export type OpenStore = (index: IndexResource, rules: SuiteRules) => Promise<OpenedStore>;

/** Opens a store before the tests of the surrounding `describe`, fills it, and closes it after them. */
export function useStore<T>(open: OpenStore, prepare: (opened: OpenedStore) => T | Promise<T>): () => T {
  let opened: OpenedStore | undefined;
  let prepared: { value: T } | undefined;
  beforeAll(async () => {
    opened = await open(indexTestResource, SUITE_RULES);
    prepared = { value: await prepare(opened) };
  });
  afterAll(async () => {
    await opened?.store.close();
  });
  return () => {
    if (prepared === undefined) throw new Error('the store is not open yet');
    return prepared.value;
  };
}
