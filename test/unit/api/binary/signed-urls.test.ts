import { describe, expect, it } from 'vitest';
import { createSignedUrls, type Grant, type SignedUrlOptions } from '../../../../src/api/binary/signed-urls.ts';

const LIFETIME = 300_000;
const GRANT: Grant = { transfer: 'put', id: 'a', version: 2, contentType: 'text/plain; charset=utf-8' };

/** URLs at a time that a test sets. */
function urlsAt(options: Partial<SignedUrlOptions> = {}) {
  const clock = { now: 1_000_000 };
  const urls = createSignedUrls({
    baseUrl: 'https://example.org/fhir',
    secret: Buffer.alloc(32, 7),
    lifetime: LIFETIME,
    restrictToAddress: false,
    now: () => clock.now,
    ...options,
  });
  const verify = (url: string, address = '192.0.2.1') => {
    const { pathname, searchParams } = new URL(url);
    return urls.verify(pathname.replace(/^\/fhir/, ''), searchParams, address);
  };
  return { clock, sign: (grant = GRANT, address = '192.0.2.1') => urls.sign(grant, address), verify };
}

describe('a signed URL', () => {
  it.each<Grant>([
    GRANT,
    { transfer: 'get', id: 'A-b.9', version: 1, contentType: 'image/png' },
    { transfer: 'get', id: 'x'.repeat(64), version: 999_999_999_999_999, contentType: 'a/b; x="&?#%+ "' },
  ])('allows what it was made for: %j', (grant) => {
    const { sign, verify } = urlsAt();
    expect(verify(sign(grant))).toEqual(grant);
  });

  it('holds until it expires, and no longer', () => {
    const { clock, sign, verify } = urlsAt();
    const url = sign();
    clock.now += LIFETIME - 1;
    expect(verify(url)).toEqual(GRANT);
    clock.now += 1;
    expect(verify(url)).toBeUndefined();
  });

  it.each([
    ['another method', (url: string) => url.replace('/put/', '/get/')],
    ['a method that there is not', (url: string) => url.replace('/put/', '/delete/')],
    ['another Binary', (url: string) => url.replace('/a/2', '/b/2')],
    ['another version', (url: string) => url.replace('/a/2', '/a/1')],
    ['no version', (url: string) => url.replace('/a/2', '/a/')],
    ['a version written otherwise', (url: string) => url.replace('/a/2', '/a/02')],
    ['more steps', (url: string) => url.replace('/a/2', '/a/2/3')],
    ['an id with an escape', (url: string) => url.replace('/a/2', '/%61/2')],
    ['a path that goes up', (url: string) => url.replace('/a/2', '/a%2f..%2fb/2')],
    ['a longer life', (url: string) => url.replace(/expires=(\d+)/, (_, time) => `expires=${Number(time) + 1}`)],
    ['an endless life', (url: string) => url.replace(/expires=\d+/, 'expires=Infinity')],
    ['no life', (url: string) => url.replace(/expires=\d+&/, '')],
    ['another type', (url: string) => url.replace('text%2Fplain', 'text%2Fhtml')],
    ['no type', (url: string) => url.replace(/type=[^&]*&/, '')],
    ['no signature', (url: string) => url.replace(/signature=.*/, '')],
    ['an empty signature', (url: string) => url.replace(/signature=.*/, 'signature=')],
    ['a short signature', (url: string) => url.slice(0, -1)],
    ['a long signature', (url: string) => `${url}A`],
    ['a padded signature', (url: string) => `${url}=`],
    ['another signature first', (url: string) => url.replace('signature=', 'signature=x&signature=')],
  ])('allows nothing with %s', (_, change) => {
    const { sign, verify } = urlsAt();
    const changed = change(sign());
    expect(changed).not.toBe(sign());
    expect(verify(changed)).toBeUndefined();
  });

  it('allows nothing with any one character of its signature changed, or its case', () => {
    const { sign, verify } = urlsAt();
    const url = sign();
    for (let i = url.indexOf('signature=') + 10; i < url.length; i++) {
      const c = url[i] ?? '';
      for (const other of ['A', 'B', '-', c.toLowerCase(), c.toUpperCase(), String.fromCharCode(c.charCodeAt(0) + 1)]) {
        if (other !== c) expect(verify(url.slice(0, i) + other + url.slice(i + 1)), `${i} ${other}`).toBeUndefined();
      }
    }
  });

  it('allows nothing where the secret is another one', () => {
    expect(urlsAt({ secret: Buffer.alloc(32, 8) }).verify(urlsAt().sign())).toBeUndefined();
  });

  it('holds for any address, unless it is for one alone', () => {
    const open = urlsAt();
    expect(open.verify(open.sign(), '198.51.100.7')).toEqual(GRANT);
    const bound = urlsAt({ restrictToAddress: true });
    expect(bound.verify(bound.sign())).toEqual(GRANT);
    expect(bound.verify(bound.sign(), '198.51.100.7')).toBeUndefined();
    expect(bound.verify(open.sign())).toBeUndefined();
  });

  it('says no address, and no secret', () => {
    const url = urlsAt({ restrictToAddress: true }).sign();
    expect(url).toMatch(
      /^https:\/\/example\.org\/fhir\/blobs\/put\/a\/2\?type=text%2Fplain%3B\+charset%3Dutf-8&expires=1300000&signature=[\w-]{43}$/,
    );
  });
});
