import type { Store, StoredVersion } from '../../store.ts';
import { inParallel } from './in-parallel.ts';
import { readCurrent } from './read-current.ts';
import { readCurrents } from './read-currents.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { decodeVersion } from './version-item.ts';
import { createVisibleItem, readItem } from './visible-item.ts';
import type { Item } from './wire/attribute-values.ts';

const AT_ONCE = 16;

/** The reading part of the store, but for history. */
export function createReads(context: TableContext): Pick<Store, 'read' | 'readVersion' | 'readMany'> {
  const { keys, overflow } = context;
  const decode = async (item: Item | undefined): Promise<StoredVersion | undefined> =>
    item && decodeVersion(item, keys, overflow);

  return {
    async read(type, id) {
      return decode(await readCurrent(context, keys.resource(type, id), deadlineOf(context)));
    },
    async readVersion(type, id, version) {
      if (!Number.isSafeInteger(version) || version < 1) return undefined;
      const deadline = deadlineOf(context);
      const item = await readItem(context, keys.resource(type, id), version, deadline);
      return decode(item && (await createVisibleItem(context, deadline)(item)));
    },
    async readMany(wanted) {
      const partitions = wanted.map(({ type, id }) => keys.resource(type, id));
      const found = await readCurrents(context, [...new Set(partitions)]);
      const versions = new Map<string, StoredVersion | undefined>();
      await inParallel([...found], AT_ONCE, async ([partition, item]) => {
        versions.set(partition, await decode(item));
      });
      return partitions.map((partition) => versions.get(partition));
    },
  };
}
