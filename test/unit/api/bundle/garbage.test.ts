import { describe, expect, it } from 'vitest';
import type { Answer, Json } from '../api-fixture.ts';
import { openBundleApi, urn } from './bundle-fixture.ts';

/** What no one expects, anywhere. */
const GARBAGE: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 1e300, [], [null], [[1]], [{}], {}, { a: null }, { resourceType: 'Patient' }],
  ...['', ' ', '\u0000', '\ud800', '?', '#', '%', '%ff', '/', '//', '..', ':', '|', '*', '"', '$', '\\,', 'x'],
  ...['__proto__', 'constructor', 'toString', 'hasOwnProperty/1', 'Patient?', 'Patient?x', 'Patient?_id', 'Patient/'],
  ...['urn:uuid:', 'urn:oid:1', 'http://', 'http://localhost/fhir', 'http://localhost/fhir?', 'W/"1"', '_history/1'],
  ...['Patient?_id=a,b\\', 'Constructor?a=b', 'Patient?name=%', 'x'.repeat(70_000), '/_history/', '#/_history/1#'],
];

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'];

/** Where garbage is put, within an entry. */
const PLACES: readonly (readonly (string | number)[])[] = [
  ['fullUrl'],
  ['request'],
  ...['method', 'url', 'ifMatch', 'ifNoneMatch', 'ifNoneExist', 'ifModifiedSince'].map((name) => ['request', name]),
  ['resource'],
  ...['resourceType', 'id', 'meta', 'text', 'subject', 'contained', 'extension', 'code', '_status', '__proto__'].map(
    (name) => ['resource', name],
  ),
  ...['versionId', 'lastUpdated', 'profile', 'tag'].map((name) => ['resource', 'meta', name]),
  ['resource', 'text', 'div'],
  ['resource', 'subject', 'reference'],
  ['resource', 'contained', 0],
  ['resource', 'contained', 0, 'resourceType'],
  ['resource', 'extension', 0, 'valueUri'],
];

function sound(method: string): Json {
  const id = method === 'POST' ? undefined : 'g';
  return {
    fullUrl: urn(1),
    resource: {
      resourceType: 'Observation',
      id,
      meta: { versionId: '1', profile: [urn(1)] },
      text: { status: 'generated', div: `<div><a href="${urn(1)}">x</a></div>` },
      subject: { reference: urn(1) },
      contained: [{ resourceType: 'Patient', id: 'c' }],
      extension: [{ url: 'http://x', valueUri: urn(1) }],
      code: { text: 'x' },
    },
    request: { method, url: id === undefined ? 'Observation' : `Observation/${id}` },
  };
}

function withGarbage(method: string, place: readonly (string | number)[], value: unknown): Json {
  const entry = sound(method);
  let holder = entry;
  for (const step of place.slice(0, -1)) holder = holder[step];
  Object.defineProperty(holder, place.at(-1) ?? '', { value, enumerable: true, configurable: true, writable: true });
  return entry;
}

/** The number of the worst status in an answer: its own, or an entry's. */
function worst(answer: Answer): number {
  const entries: readonly Json[] = answer.json().entry ?? [];
  return Math.max(answer.status, ...entries.map(({ response }) => Number.parseInt(response.status, 10)));
}

describe.each(['4.0.1', '3.0.1'] as const)('garbage is never more than a 4xx (%s)', (version) => {
  const api = openBundleApi({ version });

  it('as what it is put into is served', async () => {
    for (const [method, status] of [
      ['POST', 201],
      ['PUT', 201],
      ['GET', 200],
      ['DELETE', 204],
    ] as const) {
      const answer = await api.send('POST /', { resourceType: 'Bundle', type: 'transaction', entry: [sound(method)] });
      expect(worst(answer), answer.text).toBe(status);
    }
  });

  it.each(PLACES.map((place) => [place.join('.'), place] as const))('as %s', async (_, place) => {
    for (const method of METHODS) {
      const entry = GARBAGE.map((value) => withGarbage(method, place, value));
      const batch = await api.send('POST /', { resourceType: 'Bundle', type: 'batch', entry });
      expect(worst(batch), batch.text.slice(0, 2000)).toBeLessThan(500);
      expect(batch.json().entry).toHaveLength(GARBAGE.length);
      for (const one of entry) {
        const answer = await api.send('POST /', { resourceType: 'Bundle', type: 'transaction', entry: [one] });
        expect(worst(answer), JSON.stringify(one).slice(0, 2000)).toBeLessThan(500);
      }
    }
    expect(api.reported).toEqual([]);
  });

  it('as an entry, or all of them', async () => {
    for (const type of ['batch', 'transaction']) {
      const all = await api.send('POST /', { resourceType: 'Bundle', type, entry: GARBAGE });
      expect(worst(all)).toBe(400);
      for (const entry of GARBAGE) {
        const answer = await api.send('POST /', { resourceType: 'Bundle', type, entry });
        expect(worst(answer), JSON.stringify(entry)).toBeLessThan(500);
      }
    }
    expect(api.reported).toEqual([]);
  });

  it('as the type or the whole', async () => {
    for (const value of GARBAGE) {
      expect((await api.send('POST /', { resourceType: 'Bundle', type: value, entry: [] })).status).toBe(400);
      expect((await api.send('POST /', JSON.stringify(value))).status).toBe(400);
      expect((await api.send('POST /', { resourceType: value, type: 'batch' })).status).toBe(400);
    }
  });

  it('as numbers that no double holds', async () => {
    for (const number of ['1.50', '1e999', '-0.0', '123456789012345678901234567890']) {
      const entry = `{"fullUrl":${number},"request":{"method":"PUT","url":"Patient/1"},"resource":${number}}`;
      for (const type of ['batch', 'transaction']) {
        const text = `{"resourceType":"Bundle","type":"${type}","entry":[${number},${entry}],"total":${number}}`;
        expect(worst(await api.send('POST /', text))).toBe(400);
      }
    }
  });
});
