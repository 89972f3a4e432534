import type { Client } from '@opensearch-project/opensearch';
import type { StorageParts } from '../storage-parts.ts';
import type { StoredVersion } from '../store.ts';
import { type DocumentParts, documentOf } from './index/document.ts';
import { createIndices, type Indices, type SendToEngine } from './index/indices.ts';
import type { IndexSettings } from './index/mapping.ts';
import { type Poison, writeDocuments } from './index/write-documents.ts';
import type { SearchIndex } from './parts.ts';
import { EngineRefusal, send } from './search/request.ts';
import type { SearchContext } from './search/search-context.ts';
import { searchPage } from './search/search-page.ts';

export interface SearchIndexOptions extends DocumentParts, Pick<StorageParts, 'fhirVersion'> {
  readonly client: Client;
  /** Begins the names of all indexes. */
  readonly prefix: string;
  readonly settings?: IndexSettings | undefined;
  /** A version whose body is too large for the index. */
  readonly readVersion: SearchContext['readVersion'];
  /** Told of what OpenSearch does not take, so that it can be looked into and tried again. */
  readonly onPoison: (poison: Poison) => Promise<void>;
  /** ms since the epoch. */
  readonly now: () => number;
  /** ms for which a request is tried again; default 10,000. */
  readonly budget?: number | undefined;
}

/** The index, and what its keepers need of it. */
export interface OpenedIndex extends SearchIndex {
  readonly send: SendToEngine;
  readonly indices: Indices;
  close(): Promise<void>;
}

/** So many documents are asked for at once. */
const ASKED_AT_ONCE = 1000;

/** Opens the index on OpenSearch. Nothing is sent before it is used. */
export function openSearchIndex(options: SearchIndexOptions): OpenedIndex {
  const { client, prefix, fhirVersion, settings, isCaseSensitive, readVersion, onPoison, now, budget } = options;
  const sendToEngine: SendToEngine = (request) => send(context, request);
  const indices = createIndices({ send: sendToEngine, prefix, fhirVersion, settings, now });
  const context: SearchContext = { client, indexOf: indices.aliasOf, isCaseSensitive, readVersion, budget };

  async function versionsIn(type: string, ids: readonly string[]): Promise<readonly (readonly [string, number])[]> {
    const { docs } = await sendToEngine<{
      readonly docs: readonly { readonly _id: string; readonly found?: boolean; readonly _version?: number }[];
    }>({
      method: 'POST',
      path: `/${indices.aliasOf(type)}/_mget`,
      querystring: { _source: false, filter_path: 'docs._id,docs.found,docs._version' },
      body: { ids },
    });
    return docs.flatMap(({ _id, found, _version }) =>
      found === true && _version !== undefined ? [[_id, _version]] : [],
    );
  }

  return {
    send: sendToEngine,
    indices,
    search: (query) => searchPage(context, query),
    async versionsOf(type, ids) {
      const versions = new Map<string, number>();
      for (let i = 0; i < ids.length; i += ASKED_AT_ONCE) {
        try {
          for (const [id, version] of await versionsIn(type, ids.slice(i, i + ASKED_AT_ONCE)))
            versions.set(id, version);
        } catch (error) {
          // No resource of the type is there.
          if (!(error instanceof EngineRefusal && error.status === 404)) throw error;
        }
      }
      return versions;
    },
    async write(versions: readonly StoredVersion[]) {
      const documents = versions.map((version) => documentOf(version, options));
      for (const poison of await writeDocuments(sendToEngine, indices, documents)) await onPoison(poison);
    },
    async refresh(types) {
      if (types.length === 0) return;
      const path = `/${types.map(indices.aliasOf).join()}/_refresh`;
      await sendToEngine({ method: 'POST', path, querystring: { ignore_unavailable: true, allow_no_indices: true } });
    },
    close: () => client.close(),
  };
}
