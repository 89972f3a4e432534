import type { StoredVersion } from '../../store.ts';
import type { SearchIndex, VersionTable } from '../parts.ts';

export interface VerifyOptions {
  readonly table: VersionTable;
  readonly index: SearchIndex;
  /** Default: all that have ever been written. */
  readonly types?: readonly string[] | undefined;
  /** Of all resources so many are looked at, from 0 to 1; default all. */
  readonly sample?: number | undefined;
  /** Repair what differs. */
  readonly fix?: boolean | undefined;
  /** Where an earlier call has ended, ms since the epoch; default 0. Only sensible with one type. */
  readonly since?: number | undefined;
  /** Asked after each batch: whether to end here. Default: never. */
  readonly isOver?: (() => boolean) | undefined;
  /** Called after each step. */
  readonly onProgress?: ((progress: { readonly type: string; readonly checked: number }) => void) | undefined;
}

/** How the index of a type differs from the table. */
export interface TypeVerification {
  readonly type: string;
  /** Resources that were looked at. */
  readonly checked: number;
  /** In the table, not in the index. */
  readonly missing: number;
  /** In the index with an older version. */
  readonly behind: number;
  /** In the index with a version that the table does not have. */
  readonly ahead: number;
  /** Of these, put right. */
  readonly fixed: number;
  /** Ids of the first that differ. */
  readonly examples: readonly string[];
  /** Where to go on, ms since the epoch; absent: all were looked at. */
  readonly next?: number | undefined;
}

const BATCH = 500;
const EXAMPLES = 10;

/** Compares the index with the table, type by type: does it have each resource's current version, deletions too? */
export async function verifyIndex(options: VerifyOptions): Promise<readonly TypeVerification[]> {
  const { table, types = await table.types() } = options;
  const results: TypeVerification[] = [];
  for (const type of types) results.push(await verifyType(options, type));
  return results;
}

type Counts = { -readonly [Name in 'checked' | 'missing' | 'behind' | 'ahead' | 'fixed']: number };

async function verifyType(options: VerifyOptions, type: string): Promise<TypeVerification> {
  const { table, index, sample = 1, fix = false, since = 0, isOver = () => false, onProgress } = options;
  const counts: Counts = { checked: 0, missing: 0, behind: 0, ahead: 0, fixed: 0 };
  const examples: string[] = [];

  async function check(ids: readonly string[]): Promise<void> {
    const [current, indexed] = await Promise.all([
      table.readMany(ids.map((id) => ({ type, id }))),
      index.versionsOf(type, ids),
    ]);
    const wrong: StoredVersion[] = [];
    for (const version of current) {
      if (version === undefined) continue;
      const found = indexed.get(version.id) ?? 0;
      if (found === version.version) continue;
      if (found === 0) counts.missing++;
      else if (found < version.version) counts.behind++;
      else counts.ahead++;
      if (examples.length < EXAMPLES) examples.push(version.id);
      if (found < version.version) wrong.push(version);
    }
    counts.checked += ids.length;
    if (fix && wrong.length > 0) {
      await index.write(wrong);
      counts.fixed += wrong.length;
    }
    onProgress?.({ type, checked: counts.checked });
  }

  let next: number | undefined;
  for await (const { ids, end } of idBatches(table, type, since, sample)) {
    await check(ids);
    if (end === undefined || !isOver()) continue;
    next = end;
    break;
  }
  if (counts.fixed > 0) await index.refresh([type]);
  return { type, ...counts, examples, next };
}

interface IdBatch {
  readonly ids: readonly string[];
  /** All before this time, ms since the epoch, were in this batch or an earlier one; absent: so were all others. */
  readonly end?: number | undefined;
}

/** The ids of a type, some at a time. */
async function* idBatches(table: VersionTable, type: string, since: number, sample: number): AsyncGenerator<IdBatch> {
  let ids: string[] = [];
  let last = since;
  for await (const { id, version, at } of table.writtenSince(type, since)) {
    // Between two times, so that who goes on from there leaves nothing out and sees nothing twice.
    if (ids.length >= BATCH && at > last) {
      yield { ids, end: at };
      ids = [];
    }
    last = at;
    // Each resource has a first version: it is looked at once.
    if (version === 1 && Math.random() < sample) ids.push(id);
  }
  if (ids.length > 0) yield { ids };
}
