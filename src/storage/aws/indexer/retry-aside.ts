import type { StoredVersion } from '../../store.ts';
import type { SearchIndex, VersionTable } from '../parts.ts';
import type { AsideRecord, AsideRecords } from '../table/aside-records.ts';

export interface RetryOptions {
  readonly table: Pick<VersionTable, 'readMany'>;
  readonly index: Pick<SearchIndex, 'write' | 'refresh'>;
  readonly aside: Pick<AsideRecords, 'list' | 'remove'>;
  /** Default: all. */
  readonly types?: readonly string[] | undefined;
}

/** What became of the resources that had been set aside. */
export interface RetriedAside {
  /** How many were tried. */
  readonly tried: number;
  /** Of these, in the index now. */
  readonly indexed: number;
  /** Set aside again: the first of them, and why. */
  readonly examples: readonly AsideRecord[];
}

const BATCH = 100;
const EXAMPLES = 10;

/**
 * Puts the resources into the index again that OpenSearch did not take when they were written: of use once the reason is gone, a field's type in an
 * index that was made anew, or a fault of this program that a new version does not have.
 */
export async function retryAside({ table, index, aside, types }: RetryOptions): Promise<RetriedAside> {
  const wanted = (await aside.list()).filter(({ type }) => types === undefined || types.includes(type));
  for (let i = 0; i < wanted.length; i += BATCH) {
    const versions = await table.readMany(wanted.slice(i, i + BATCH));
    await index.write(versions.filter((version): version is StoredVersion => version !== undefined));
  }
  // What is refused again has been set aside again meanwhile, with a later time.
  const again = new Map((await aside.list()).map((record) => [`${record.type}/${record.id}`, record]));
  const left: AsideRecord[] = [];
  for (const record of wanted) {
    const now = again.get(`${record.type}/${record.id}`);
    if (now !== undefined && now.at > record.at) left.push(now);
    else await aside.remove(record);
  }
  if (wanted.length > left.length) await index.refresh([...new Set(wanted.map(({ type }) => type))]);
  return { tried: wanted.length, indexed: wanted.length - left.length, examples: left.slice(0, EXAMPLES) };
}
