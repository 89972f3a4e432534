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
  const { table, index, sample = 1, fix = false, onProgress } = options;
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

  for await (const ids of idBatches(table, type, sample)) await check(ids);
  if (counts.fixed > 0) await index.refresh([type]);
  return { type, ...counts, examples };
}

/** The ids of a type, some at a time; one that has been written again comes again, if rarely within a batch. */
async function* idBatches(table: VersionTable, type: string, sample: number): AsyncGenerator<readonly string[]> {
  let batch = new Set<string>();
  for await (const { id, version } of table.writtenSince(type, 0)) {
    // Each resource has a first version: it is looked at once.
    if (version !== 1 || Math.random() >= sample) continue;
    batch.add(id);
    if (batch.size < BATCH) continue;
    yield [...batch];
    batch = new Set();
  }
  if (batch.size > 0) yield [...batch];
}
