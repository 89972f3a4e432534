import { validateHeaderValue } from 'node:http';
import { describe, expect, it } from 'vitest';
import { cleanHeaders } from '../../../src/api/render/clean-headers.ts';

describe('a header made of what a client sent', () => {
  it.each([
    ['/Patient/1\r\nset-cookie: a=b', '/Patient/1%0D%0Aset-cookie: a=b'],
    ['a\nb', 'a%0Ab'],
    ['a\0b\x7f', 'a%00b%7F'],
    ['Sjögren', 'Sjögren'],
    ['名', '%E5%90%8D'],
    ['😀', '%F0%9F%98%80'],
    ['\ud800', '%EF%BF%BD'],
    ['plain, "quoted"\tand tabbed', 'plain, "quoted"\tand tabbed'],
  ])('%j becomes %j, which may be sent', (given, clean) => {
    const [, location = ''] = cleanHeaders(['location', given]);
    expect(location).toBe(clean);
    expect(() => validateHeaderValue('location', location)).not.toThrow();
  });
});
