import { InvalidCursorError } from '../../store.ts';
import { isStamp } from './stamps.ts';

/** Where a page of history has ended: the version of an instance, or the stamp of a write. */
export type HistoryPlace = { readonly version: number } | { readonly stamp: string };

export function encodeHistoryCursor(place: HistoryPlace): string {
  return Buffer.from('version' in place ? `v${place.version}` : `w${place.stamp}`).toString('base64url');
}

/** @throws InvalidCursorError when it is not one of ours, or one of another kind of history */
export function decodeVersionCursor(cursor: string): number {
  const [, digits] = /^v([1-9]\d{0,14})$/.exec(decode(cursor)) ?? [];
  if (digits === undefined) throw invalid();
  return Number(digits);
}

/** @throws InvalidCursorError when it is not one of ours, or one of another kind of history */
export function decodeStampCursor(cursor: string): string {
  const value = decode(cursor);
  if (!value.startsWith('w') || !isStamp(value.slice(1))) throw invalid();
  return value.slice(1);
}

function decode(cursor: string): string {
  return cursor.length > 100 ? '' : Buffer.from(cursor, 'base64url').toString('latin1');
}

function invalid(): InvalidCursorError {
  return new InvalidCursorError('The cursor can not be read.');
}
