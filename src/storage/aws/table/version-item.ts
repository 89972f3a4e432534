import type { Change, ChangeMethod, StoredVersion } from '../../store.ts';
import { decodeBody, type EncodedBody } from './body-coding.ts';
import type { BodyOverflow } from './body-overflow.ts';
import type { Keys } from './keys.ts';
import { bytes, bytesOf, type Item, number, numberOf, text, textOf } from './wire/attribute-values.ts';

const LETTERS: Readonly<Record<ChangeMethod, string>> = { POST: 'C', PUT: 'U', PATCH: 'P', DELETE: 'D' };
const METHODS: Readonly<Record<string, ChangeMethod>> = { C: 'POST', U: 'PUT', P: 'PATCH', D: 'DELETE' };

/** A change with its body as it will be stored. */
export interface PreparedChange {
  readonly change: Change;
  readonly partition: string;
  /** Undefined for a deletion. */
  readonly body: EncodedBody | undefined;
  /** The body's key in the overflow; undefined when the item holds it. */
  readonly overflow: string | undefined;
}

/**
 * The item of a version, without what puts it into the history index.
 *
 * | attribute | |
 * |---|---|
 * | pk, v | resource, version |
 * | t | lastUpdated, ms |
 * | m | C, U, P or D |
 * | b or o | the body, or its key in the overflow; u: not compressed |
 * | x | the large transaction that it is an invisible part of |
 * | h, w | keys of the history index: type and shard, stamp of the write |
 */
export function versionItem({ change, partition, body, overflow }: PreparedChange): Item {
  const item: Record<string, Item[string]> = {
    pk: text(partition),
    v: number(change.expected + 1),
    t: number(change.lastUpdated),
    m: text(LETTERS[change.method]),
  };
  if (overflow !== undefined) item.o = text(overflow);
  else if (body !== undefined) item.b = bytes(body.bytes);
  if (body?.plain === true) item.u = { BOOL: true };
  return item;
}

/** With what puts it into the history index. */
export function withHistory(item: Item, partition: string, stamp: string): Item {
  return { ...item, h: text(partition), w: text(stamp) };
}

/** The large transaction that the item is a part of until that is finished. */
export function transactionOf(item: Item): string | undefined {
  return textOf(item, 'x');
}

/** The stamp of the write; undefined for a part of an unfinished transaction. */
export function stampOf(item: Item): string | undefined {
  return textOf(item, 'w');
}

export function versionOf(item: Item): number {
  return numberOf(item, 'v') ?? 0;
}

export function partitionOf(item: Item): string {
  return textOf(item, 'pk') ?? '';
}

/**
 * The version that an item holds; also for an image of the table's stream.
 *
 * @throws Error for an item that is not a version's
 */
export async function decodeVersion(
  item: Item,
  keys: Pick<Keys, 'parse'>,
  overflow?: BodyOverflow,
): Promise<StoredVersion> {
  const lastUpdated = numberOf(item, 't');
  const method = METHODS[textOf(item, 'm') ?? ''];
  if (lastUpdated === undefined || method === undefined) throw new Error('An item of the table is not a version.');
  const { type, id } = keys.parse(partitionOf(item));
  return { type, id, version: versionOf(item), lastUpdated, method, body: await bodyOf(item, overflow) };
}

async function bodyOf(item: Item, overflow: BodyOverflow | undefined): Promise<Uint8Array | undefined> {
  const plain = item.u !== undefined;
  const inside = bytesOf(item, 'b');
  if (inside !== undefined) return decodeBody({ bytes: inside, plain });
  const key = textOf(item, 'o');
  if (key === undefined) return undefined;
  if (overflow === undefined)
    throw new Error('A body is outside of the table, and there is no overflow to get it from.');
  return decodeBody({ bytes: await overflow.get(key), plain });
}
