import type { Change } from '../../store.ts';
import type { Lock, LockState } from '../parts.ts';
import { TIME_TO_LIVE } from './create-table.ts';
import { inParallel } from './in-parallel.ts';
import { deadlineOf, type TableContext } from './table-context.ts';
import { type AttributeValue, type Item, number, numberOf, text, textsOf } from './wire/attribute-values.ts';
import type { Input } from './wire/dynamo.ts';
import { isConditionFailed } from './wire/dynamo-error.ts';

/** Resources that are remembered under a lock, beside those of the last commit. */
const RECENT = 20;
/** A list that is only appended to is cut when it is this long. */
const LONGEST = 400;
const AT_ONCE = 16;
/** s after which a lock that nobody has counted goes: no request that has read it lives so long. */
const KEPT = 86_400;
/** Locks whose state is remembered from when it was read last. */
const REMEMBERED = 1000;

/** The counters of conditional commits. */
export interface Locks {
  /** Strongly consistent; in the order of the keys. */
  read(keys: readonly string[]): Promise<readonly LockState[]>;
  /** What a transaction must contain for the locks; those that ask for nothing are left out. */
  parts(locks: readonly Lock[], changes: readonly Change[]): readonly LockPart[];
  /** Cuts the list of a lock that has become too long. */
  trim(key: string): Promise<void>;
}

export interface LockPart {
  readonly lock: Lock;
  /** For `TransactItems`. */
  readonly part: Input;
}

/**
 * A lock is one item: c the count, a when it was counted last, r `Type/id` of what the last commits wrote, newest last. It goes after a day: one that
 * is counted again then begins at 0, which is as good as any number that nobody remembers.
 */
export function createLocks(context: TableContext): Locks {
  const { dynamo, table, keys, now } = context;
  const seen = new Map<string, LockState>();
  const keyOf = (key: string): Item => ({ pk: text(keys.lock(key)), v: number(0) });

  async function readOne(key: string): Promise<LockState> {
    const input = { TableName: table, Key: keyOf(key), ConsistentRead: true };
    const { Item: item = {} } = await dynamo.call('GetItem', input, deadlineOf(context));
    const recent = textsOf(item, 'r').map((name) => {
      const slash = name.indexOf('/');
      return { type: name.slice(0, slash), id: name.slice(slash + 1) };
    });
    const state = { key, count: numberOf(item, 'c') ?? 0, at: numberOf(item, 'a') ?? 0, recent };
    if (seen.size >= REMEMBERED) seen.clear();
    seen.set(key, state);
    return state;
  }

  function count({ key, expected }: Lock, names: readonly string[]): Input {
    const time = now();
    const values: Record<string, AttributeValue> = {
      ':0': number(0),
      ':1': number(1),
      ':a': number(time),
      ':e': number(Math.ceil(time / 1000) + KEPT),
    };
    const known = seen.get(key);
    let recent = 'list_append(if_not_exists(r, :none), :r)';
    let added = names;
    if (known !== undefined && known.count === expected) {
      const kept = Math.max(RECENT, names.length);
      added = [...known.recent.map(({ type, id }) => `${type}/${id}`), ...names].slice(-kept);
      recent = ':r';
    } else values[':none'] = { L: [] };
    values[':r'] = { L: added.map(text) };
    if (expected === undefined) values[':most'] = number(LONGEST);
    return {
      TableName: table,
      Key: keyOf(key),
      UpdateExpression: `SET c = if_not_exists(c, :0) + :1, a = :a, ${TIME_TO_LIVE} = :e, r = ${recent}`,
      ConditionExpression:
        expected === undefined ? 'attribute_not_exists(r) OR size(r) < :most' : expectation(expected, values),
      ExpressionAttributeValues: values,
    };
  }

  function check({ key }: Lock, expected: number): Input {
    const values: Record<string, AttributeValue> = {};
    const condition = expectation(expected, values);
    return {
      TableName: table,
      Key: keyOf(key),
      ConditionExpression: condition,
      ...(expected === 0 ? {} : { ExpressionAttributeValues: values }),
    };
  }

  return {
    read: (wanted) => inParallel(wanted, AT_ONCE, readOne),
    parts(locks, changes) {
      const names = changes.map(({ type, id }) => `${type}/${id}`).slice(-LONGEST / 2);
      return locks.flatMap((lock): readonly LockPart[] => {
        if (lock.increment) return [{ lock, part: { Update: count(lock, names) } }];
        return lock.expected === undefined ? [] : [{ lock, part: { ConditionCheck: check(lock, lock.expected) } }];
      });
    },
    async trim(key) {
      const { count: expected, recent } = await readOne(key);
      const input = {
        TableName: table,
        Key: keyOf(key),
        UpdateExpression: 'SET r = :r',
        ConditionExpression: 'c = :c',
        ExpressionAttributeValues: {
          ':c': number(expected),
          ':r': { L: recent.slice(-RECENT).map(({ type, id }) => text(`${type}/${id}`)) },
        },
      };
      await dynamo.call('UpdateItem', input, deadlineOf(context)).catch((error: unknown) => {
        // Another has counted it meanwhile: the commit looks again.
        if (!isConditionFailed(error)) throw error;
      });
    },
  };
}

function expectation(expected: number, values: Record<string, AttributeValue>): string {
  if (expected === 0) return 'attribute_not_exists(c)';
  values[':c'] = number(expected);
  return 'c = :c';
}
