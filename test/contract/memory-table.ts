import type { Lock, LockState, TableConflict, VersionTable } from '../../src/storage/aws/parts.ts';
import type { Change, StoredVersion } from '../../src/storage/store.ts';

/** A table of versions in memory: what stands over one is tested with it apart from DynamoDB. */
export function createMemoryTable(): VersionTable {
  const versions = new Map<string, StoredVersion[]>();
  const locks = new Map<string, LockState>();
  const pointers = new Map<string, number>();
  const written: { readonly type: string; readonly id: string; readonly version: number; readonly at: number }[] = [];
  const all = (type: string, id: string) => versions.get(`${type}/${id}`) ?? [];

  function conflictOf(changes: readonly Change[], asked: readonly Lock[]): TableConflict | undefined {
    for (const { type, id, expected } of changes) {
      const actual = all(type, id).length;
      if (actual !== expected) return { kind: 'version', type, id, actual };
    }
    const moved = asked.find(
      ({ key, expected }) => expected !== undefined && (locks.get(key)?.count ?? 0) !== expected,
    );
    return moved && { kind: 'lock', key: moved.key };
  }

  return {
    read: async (type, id) => all(type, id).at(-1),
    readVersion: async (type, id, version) => all(type, id)[version - 1],
    readMany: async (keys) => keys.map(({ type, id }) => all(type, id).at(-1)),
    history: async ({ types = [], id = '', count }) => ({
      versions: types.flatMap((type) => [...all(type, id)].reverse()).slice(0, count),
    }),
    async commit(changes, asked = []) {
      const conflict = conflictOf(changes, asked);
      if (conflict !== undefined) return conflict;
      const at = Date.now();
      for (const { type, id, expected, method, lastUpdated, content } of changes) {
        const version = { type, id, version: expected + 1, lastUpdated, method, body: content?.body };
        versions.set(`${type}/${id}`, [...all(type, id), version]);
        written.push({ type, id, version: version.version, at });
      }
      for (const { key, increment } of asked) {
        if (!increment) continue;
        const { count = 0, recent = [] } = locks.get(key) ?? {};
        const names = changes.map(({ type, id }) => ({ type, id }));
        locks.set(key, { key, count: count + 1, at, recent: [...recent, ...names].slice(-20) });
      }
      return undefined;
    },
    readLocks: async (keys) => keys.map((key) => locks.get(key) ?? { key, count: 0, at: 0, recent: [] }),
    async *writtenSince(type, since) {
      for (const each of [...written]) if (each.type === type && each.at >= since) yield each;
    },
    types: async () => [...new Set(written.map(({ type }) => type))],
    pointer: async (name) => pointers.get(name),
    movePointer: async (name, to) => void pointers.set(name, Math.max(to, pointers.get(name) ?? 0)),
    close: async () => undefined,
  };
}
