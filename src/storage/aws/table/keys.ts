/** The name of the index by the time of writing. */
export const HISTORY_INDEX = 'history';

/** Partitions of the history index that a type is spread over: each takes 1,000 writes a second. */
export const SHARDS = 4;

/** The parts of a key of the table, of one tenant. */
export interface Keys {
  /** The partition of a resource. */
  resource(type: string, id: string): string;
  /** What a resource's partition is of. */
  parse(partition: string): { readonly type: string; readonly id: string };
  /** The partition of the history index that a resource is in. */
  history(type: string, id: string): string;
  /** All partitions of the history index of a type. */
  histories(type: string): readonly string[];
  /** Small records: names of resource types begin with a capital, so these are never a resource's. */
  readonly types: string;
  readonly transactions: string;
  manifest(transaction: string): string;
  lock(key: string): string;
  pointer(name: string): string;
  /** What the index does not take. */
  readonly aside: string;
}

/** The keys of a tenant's items. */
export function keysOf(tenant: string): Keys {
  const prefix = `${tenant}#`;
  return {
    resource: (type, id) => `${prefix}${type}/${id}`,
    parse(partition) {
      const slash = partition.indexOf('/', prefix.length);
      return { type: partition.slice(prefix.length, slash), id: partition.slice(slash + 1) };
    },
    history: (type, id) => `${prefix}${type}#${shardOf(id)}`,
    histories: (type) => Array.from({ length: SHARDS }, (_, shard) => `${prefix}${type}#${shard}`),
    types: `${prefix}types`,
    transactions: `${prefix}tx`,
    manifest: (transaction) => `${prefix}tx#${transaction}`,
    lock: (key) => `${prefix}lock#${key}`,
    pointer: (name) => `${prefix}pointer#${name}`,
    aside: `${prefix}aside`,
  };
}

/** FNV-1a, which spreads ids that differ in a digit. */
function shardOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i++) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  return ((hash ^ (hash >>> 16)) >>> 0) % SHARDS;
}
