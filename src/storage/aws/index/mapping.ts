import type { FieldTypes } from './document.ts';
import { FIELDS } from './fields.ts';

export interface IndexSettings {
  /** Default 1. */
  readonly shards?: number | undefined;
  /** Copies of each shard; default 0: as many as a domain of one node can have. */
  readonly replicas?: number | undefined;
  /** After which OpenSearch shows what was written; default 1 s. */
  readonly refreshInterval?: string | undefined;
}

/** The most ids that a chain is resolved to; see `SearchContext.maxLinked`. */
export const MAX_TERMS = 200_000;

/** Compared, not sorted by: no column of values is kept. */
const TERM = { type: 'keyword', norms: false, doc_values: false } as const;
/** Sorted by, or read from. */
const COLUMN = { type: 'keyword', norms: false } as const;
const RANGES = { type: 'object', properties: {} } as const;
const WORDS = { type: 'text', analyzer: 'words', norms: false } as const;

const QUANTITY = {
  type: 'nested',
  properties: {
    parameter: TERM,
    value: { type: 'double_range' },
    system: TERM,
    code: TERM,
    unit: TERM,
    base: TERM,
    canonical: { type: 'double_range' },
  },
} as const;

/** The fields that a resource's values and a composite's group both have. */
const VALUES = {
  [FIELDS.string]: TERM,
  [FIELDS.exact]: TERM,
  [FIELDS.token]: TERM,
  [FIELDS.tokenText]: TERM,
  [FIELDS.reference]: COLUMN,
  [FIELDS.url]: TERM,
  [FIELDS.uri]: TERM,
  [FIELDS.date]: RANGES,
  [FIELDS.number]: RANGES,
  [FIELDS.quantity]: QUANTITY,
} as const;

/**
 * What an index is made of: only the fields that are named, all typed. What no search looks at is kept as it came (`stored`); of the rest nothing
 * is kept but the index itself, as it can be made anew from the table.
 */
export function indexBody({ shards = 1, replicas = 0, refreshInterval = '1s' }: IndexSettings = {}): object {
  return {
    settings: {
      number_of_shards: shards,
      number_of_replicas: replicas,
      refresh_interval: refreshInterval,
      'index.max_terms_count': MAX_TERMS,
      'index.mapping.nested_objects.limit': 1_000_000,
      analysis: {
        // The words that SQLite's full text finds: letters and digits, without case and accents.
        tokenizer: { letters: { type: 'pattern', pattern: '[^\\p{L}\\p{N}\\p{Co}\\p{M}]+' } },
        analyzer: { words: { type: 'custom', tokenizer: 'letters', filter: ['lowercase', 'asciifolding'] } },
      },
    },
    mappings: {
      dynamic: 'strict',
      _source: { includes: [FIELDS.stored] },
      properties: {
        [FIELDS.type]: COLUMN,
        [FIELDS.id]: COLUMN,
        [FIELDS.live]: { type: 'boolean' },
        [FIELDS.lastUpdated]: { type: 'long' },
        [FIELDS.has]: TERM,
        ...VALUES,
        [FIELDS.group]: { type: 'nested', properties: VALUES },
        [FIELDS.sort]: { type: 'object', properties: {} },
        [FIELDS.narrative]: WORDS,
        [FIELDS.content]: WORDS,
        [FIELDS.stored]: { type: 'object', enabled: false },
      },
    },
  };
}

interface Properties {
  [name: string]: { readonly type: string } | { type?: string; readonly properties: Properties };
}

/** The body of a request that adds fields to a mapping. */
export function fieldsBody(fields: FieldTypes): { readonly properties: Properties } {
  const properties: Properties = {};
  for (const [path, type] of fields) {
    const names = path.split('.');
    const last = names.pop() ?? '';
    let level = properties;
    for (const name of names) {
      const within = { ...(name === FIELDS.group && { type: 'nested' }), properties: {} };
      level[name] ??= within;
      level = (level[name] as typeof within).properties;
    }
    level[last] = type === 'keyword' ? COLUMN : { type };
  }
  return { properties };
}
