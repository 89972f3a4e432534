import { describe, expect, it } from 'vitest';
import { parseRange } from '../../../../src/api/binary/byte-range.ts';

describe('a Range of 100 bytes', () => {
  it.each([
    ['bytes=0-0', { start: 0, end: 0 }],
    ['bytes=0-', { start: 0, end: 99 }],
    ['bytes=10-19', { start: 10, end: 19 }],
    ['bytes=90-200', { start: 90, end: 99 }],
    ['bytes=99-', { start: 99, end: 99 }],
    ['bytes=-1', { start: 99, end: 99 }],
    ['bytes=-100', { start: 0, end: 99 }],
    ['bytes=-500', { start: 0, end: 99 }],
    ['Bytes=1-2', { start: 1, end: 2 }],
    ['bytes=100-', 'none'],
    ['bytes=100-200', 'none'],
    ['bytes=999999999999999-', 'none'],
    ['bytes=-0', 'none'],
    [undefined, undefined],
    ['', undefined],
    ['bytes=-', undefined],
    ['bytes=5-2', undefined],
    ['bytes=200-100', undefined],
    ['bytes=0-1,5-6', undefined],
    ['bytes=a-b', undefined],
    ['bytes=1.5-2', undefined],
    ['bytes=0x1-5', undefined],
    ['lines=0-5', undefined],
    ['bytes=9999999999999999-', undefined],
  ])('as %j is %j', (header, range) => {
    expect(parseRange(header, 100)).toEqual(range);
  });

  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('lies outside of nothing: %s', (header) => {
    expect(parseRange(header, 0)).toBe('none');
  });
});
