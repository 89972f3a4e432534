import { createHash } from 'node:crypto';
import type { SearchQuery } from '../../../fhir/search/search-query.ts';
import { InvalidCursorError } from '../../store.ts';
import type { SortValue } from './engine-search.ts';

/** Where a page starts. */
export interface Cursor {
  /** The sort values of the last resource seen. */
  readonly after: readonly SortValue[];
  /** The point in time that the pages are of, from the second on. */
  readonly pit?: string | undefined;
}

/**
 * Cursors are opaque to clients. They belong to a search of the same types in the same order; not to one filter, whose numbers may
 * move with the clock (`ap` of a date).
 */
export function encodeCursor(query: SearchQuery, { after, pit }: Cursor): string {
  return Buffer.from(JSON.stringify([hashOf(query), after, pit ?? null])).toString('base64url');
}

/** @throws InvalidCursorError when it is not one of ours, or one of another search. */
export function decodeCursor(query: SearchQuery, cursor: string, length: number): Cursor {
  let content: unknown;
  try {
    content = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch {
    throw new InvalidCursorError('The cursor can not be read.');
  }
  const [hash, after, pit]: readonly unknown[] = Array.isArray(content) ? content : [];
  if (hash !== hashOf(query)) throw new InvalidCursorError('The cursor is of another search.');
  if (!Array.isArray(after) || after.length !== length || !after.every(isSortValue))
    throw new InvalidCursorError('The cursor can not be read.');
  return { after, pit: typeof pit === 'string' ? pit : undefined };
}

function isSortValue(value: unknown): value is SortValue {
  return value === null || typeof value === 'string' || typeof value === 'number';
}

function hashOf({ types, sort }: SearchQuery): string {
  return createHash('sha256')
    .update(JSON.stringify([types, sort]))
    .digest('base64url')
    .slice(0, 10);
}
