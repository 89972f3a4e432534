import type { ByteRange } from '../../storage/blob-store.ts';

/**
 * The one range that a `Range` header asks for (RFC 9110, section 14.2). Several at once, another unit and what is malformed are passed over,
 * as the RFC allows: all is sent then.
 *
 * @returns undefined: all of it; `none`: the range lies outside
 */
export function parseRange(header: string | undefined, length: number): ByteRange | 'none' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '') {
    const count = Math.min(Number(last), length);
    return count === 0 ? 'none' : { start: length - count, end: length - 1 };
  }
  const start = Number(first);
  const end = last === '' ? length - 1 : Math.min(Number(last), length - 1);
  if (last !== '' && Number(last) < start) return undefined;
  return start >= length ? 'none' : { start, end };
}
