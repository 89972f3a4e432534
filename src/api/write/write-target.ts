import type { Guard, StoredVersion } from '../../storage/store.ts';

/**
 * What a create, update or delete comes to, once conditions are evaluated and before a body is written: the half of a write that a
 * transaction does for all its entries before any reference is rewritten.
 *
 * - create: a new resource (or an update-as-create, or a deleted one brought back); `expected` is the highest version there.
 * - update: a next version.
 * - delete: a next version that is a deletion.
 * - unchanged: nothing is to be written: `If-None-Exist` found one, or what is to be deleted is not there.
 */
export interface WriteTarget {
  readonly effect: 'create' | 'update' | 'delete' | 'unchanged';
  readonly method: 'POST' | 'PUT' | 'DELETE';
  readonly type: string;
  readonly id: string;
  /** The version that must be the highest at commit, 0 for none. */
  readonly expected: number;
  readonly guards: readonly Guard[];
  /** The version that is there now, where it was read. */
  readonly current?: StoredVersion | undefined;
}
