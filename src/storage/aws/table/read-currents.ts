import { batchGet, itemName } from './batch-get.ts';
import { inParallel } from './in-parallel.ts';
import { noteKnown, readCurrent } from './read-current.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { readRecord } from './transaction-records.ts';
import { createVisibleItem, type MetTransactions, type VisibleItem } from './visible-item.ts';
import type { Item } from './wire/attribute-values.ts';
import type { Deadline } from './wire/dynamo.ts';

/** Fewer than this are read one by one. */
const WORTH_A_BATCH = 3;
const AT_ONCE = 16;
/** When large transactions are committed at every attempt, the last one counts. */
const MOST_ATTEMPTS = 5;

/** The current items of many resources, by partition. Of a large transaction all is seen, or nothing. */
export async function readCurrents(
  context: TableContext,
  partitions: readonly string[],
): Promise<ReadonlyMap<string, Item>> {
  const deadline = deadlineOf(context);
  const over = new Set<string>();
  for (let attempt = 1; ; attempt++) {
    const met: MetTransactions = new Map();
    const found = await readOnce(context, partitions, deadline, createVisibleItem(context, deadline, met));
    if (met.size === 0 || attempt === MOST_ATTEMPTS) return found;
    if (!(await wereDecidedMeanwhile(context, met, over, deadline))) return found;
  }
}

/** Whether a transaction was decided while items were read: some may have been read before that, and some after. */
async function wereDecidedMeanwhile(
  context: TableContext,
  met: MetTransactions,
  over: Set<string>,
  deadline: Deadline,
): Promise<boolean> {
  let decided = false;
  for (const [id, record] of met) {
    if (over.has(id)) continue;
    const before = await record;
    const now = before?.state === 'pending' ? await readRecord(context, id, deadline) : before;
    if (now?.state === 'pending') continue;
    over.add(id);
    decided = true;
  }
  return decided;
}

async function readOnce(
  context: TableContext,
  partitions: readonly string[],
  deadline: Deadline,
  visible: VisibleItem,
): Promise<ReadonlyMap<string, Item>> {
  const found = new Map<string, Item>();
  const left =
    partitions.length < WORTH_A_BATCH
      ? partitions.map((partition) => ({ partition, below: undefined }))
      : await guess(context, partitions, deadline, visible, found);
  await inParallel(left, AT_ONCE, async ({ partition, below }) => {
    const item = await readCurrent(context, partition, deadline, visible, below);
    if (item !== undefined) found.set(partition, item);
  });
  return found;
}

/** What is still to be read, below a version that is not visible. */
interface Left {
  readonly partition: string;
  readonly below: number | undefined;
}

/**
 * Versions have no gaps: where one is there and the next is not, it is the current one. So one batch reads fifty resources by the version
 * that was seen last, or the first. What that does not decide is left: a query each.
 */
async function guess(
  context: TableContext,
  partitions: readonly string[],
  deadline: Deadline,
  visible: VisibleItem,
  found: Map<string, Item>,
): Promise<readonly Left[]> {
  const guesses = partitions.map((partition) => ({ partition, version: context.known.get(partition)?.version ?? 1 }));
  const nextOf = ({ partition, version }: (typeof guesses)[number]) => ({ partition, version: version + 1 });
  const items = await batchGet(
    context,
    guesses.flatMap((each) => [each, nextOf(each)]),
    deadline,
  );
  const left: Left[] = [];
  for (const each of guesses) {
    const { partition, version } = each;
    const item = items.get(itemName(each));
    const next = items.get(itemName(nextOf(each)));
    if (next !== undefined && (await visible(next)) !== undefined) {
      left.push({ partition, below: undefined });
      continue;
    }
    const current = item && (await visible(item));
    if (current !== undefined) {
      noteKnown(context, current);
      found.set(partition, current);
      // Nothing at the version 1 that was guessed, or nothing visible: there is no resource.
    } else if (version > 1) left.push({ partition, below: item === undefined ? undefined : version });
  }
  return left;
}
