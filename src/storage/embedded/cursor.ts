import { InvalidCursorError } from '../store.ts';

/** A cursor's content: the values of the last row seen, in the order of the sort. */
export type CursorValues = readonly (string | number | null)[];

/** Cursors are opaque to clients; they hold no more than the last row's sort values. */
export function encodeCursor(values: CursorValues): string {
  const encoded = values.map((value) =>
    value === Number.POSITIVE_INFINITY ? '+' : value === Number.NEGATIVE_INFINITY ? '-' : [value],
  );
  return Buffer.from(JSON.stringify(encoded)).toString('base64url');
}

/** @throws InvalidCursorError when it is not one of ours, or one of another search. */
export function decodeCursor(cursor: string, length: number): CursorValues {
  let values: unknown;
  try {
    values = JSON.parse(Buffer.from(cursor, 'base64url').toString());
  } catch (cause) {
    throw new InvalidCursorError('The cursor can not be read.', { cause });
  }
  if (!Array.isArray(values) || values.length !== length)
    throw new InvalidCursorError('The cursor is of another search.');
  return values.map((value: unknown) => {
    if (value === '+') return Number.POSITIVE_INFINITY;
    if (value === '-') return Number.NEGATIVE_INFINITY;
    const inner: unknown = Array.isArray(value) ? value[0] : undefined;
    if (typeof inner === 'string' || typeof inner === 'number' || inner === null) return inner;
    throw new InvalidCursorError('The cursor can not be read.');
  });
}
