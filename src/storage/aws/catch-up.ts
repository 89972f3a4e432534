import type { StoredVersion } from '../store.ts';
import type { SearchIndex, VersionTable } from './parts.ts';

/** ms after which a write is in the table for all to see: what its function's time and the clocks of functions leave in doubt. */
const IN_DOUBT = 20_000;

/** ms by which a pointer must have fallen behind to be moved. */
const WORTH_MOVING = 5000;

/** So many versions are compared with the index at once. */
const BATCH = 1000;

/** So many resources are remembered as being in the index. */
const REMEMBERED = 50_000;

export interface CatchUpOptions {
  readonly table: VersionTable;
  readonly index: SearchIndex;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Resources whose current version must be in the index, whatever the history index of the table says. */
export type Keys = readonly { readonly type: string; readonly id: string }[];

/** Brings the index up to the table. */
export interface CatchUp {
  /** Resolves when searches of these types see every commit that was acknowledged before the call. */
  bring(types: readonly string[], also?: Keys): Promise<void>;
}

/**
 * Makes what brings the index up to the table: it looks at what was written since a time up to which all was found there, and puts in what is
 * missing. Usually the indexer has been faster, and little is left to do. The time is kept in the table, one a type; run every minute
 * for all types, it repairs whatever the indexer has lost.
 */
export function createCatchUp({ table, index, now }: CatchUpOptions): CatchUp {
  const known = new Map<string, number>();
  const running = new Map<string, { readonly current: Promise<void>; next: Promise<void> | undefined }>();

  function remember(type: string, id: string, version: number): void {
    if (known.size >= REMEMBERED) known.clear();
    const key = `${type}/${id}`;
    known.set(key, Math.max(version, known.get(key) ?? 0));
  }

  async function writeMissing(type: string, wanted: ReadonlyMap<string, number>): Promise<void> {
    const unknown = [...wanted].filter(([id, version]) => (known.get(`${type}/${id}`) ?? 0) < version);
    const ids = unknown.map(([id]) => id);
    const there = await index.versionsOf(type, ids);
    const missing = unknown.filter(([id, version]) => (there.get(id) ?? 0) < version);
    const versions = await table.readMany(missing.map(([id]) => ({ type, id })));
    await index.write(versions.filter((version): version is StoredVersion => version !== undefined));
    for (const [id, version] of unknown) remember(type, id, version);
  }

  /** Some at a time: after a long while it may be all that there is, and what ends half-way has got somewhere. */
  async function run(type: string): Promise<void> {
    const pointer = `indexed/${type}`;
    let upTo = (await table.pointer(pointer)) ?? 0;
    const certain = now() - IN_DOUBT;
    let any = false;
    let wanted = new Map<string, number>();

    async function settle(at: number): Promise<void> {
      await writeMissing(type, wanted);
      any ||= wanted.size > 0;
      wanted = new Map();
      if (at <= upTo + WORTH_MOVING) return;
      await table.movePointer(pointer, at);
      upTo = at;
    }

    for await (const { id, version, at } of table.writtenSince(type, upTo)) {
      wanted.set(id, Math.max(version, wanted.get(id) ?? 0));
      if (wanted.size === BATCH) await settle(Math.min(at, certain));
    }
    await settle(certain);
    if (any) await index.refresh([type]);
  }

  /** What begins later serves everyone who waits meanwhile. */
  function shared(type: string): Promise<void> {
    const state = running.get(type);
    if (state !== undefined) {
      state.next ??= state.current.catch(() => undefined).then(() => shared(type));
      return state.next;
    }
    const current = run(type).finally(() => running.delete(type));
    running.set(type, { current, next: undefined });
    return current;
  }

  return {
    async bring(types, also = []) {
      await Promise.all([...new Set(types)].map(shared));
      const extra = also.filter(({ type }) => types.includes(type));
      if (extra.length === 0) return;
      const current = await table.readMany(extra);
      const wanted = new Map<string, Map<string, number>>();
      for (const version of current) {
        if (version === undefined) continue;
        const ids = wanted.get(version.type) ?? new Map<string, number>();
        wanted.set(version.type, ids.set(version.id, version.version));
      }
      await Promise.all([...wanted].map(([type, ids]) => writeMissing(type, ids)));
      await index.refresh([...wanted.keys()]);
    },
  };
}
