import { describe, expect, it } from 'vitest';
import { string, token, uri } from './entries.ts';
import { type OpenStore, useStore } from './harness.ts';
import { bodyText, keysOf, MirroredStore, searchQuery } from './mirrored-store.ts';

const TEXTS = [
  "Robert'); DROP TABLE resource;--",
  '"double" \'single\' `back`',
  '100%',
  'under_score',
  'back\\slash',
  'tab\tnew\nline',
  'ελληνικά',
  'Ünïcödé',
  '日本語',
  'עברית',
  '😀👨‍👩‍👧',
  'a\u0000b',
  '\u0000',
  'null',
  '*',
  '?[a-z]',
  ' leading and trailing ',
  '\ud800 lone',
  'e\u0301 decomposed',
  '\u00e9 composed',
  '\uffff',
  'x'.repeat(20_000),
];

const IDS = [
  'a',
  'A',
  '0',
  '-',
  '.',
  '..',
  'a.b-C.9',
  '1e3',
  'null',
  'undefined',
  '__proto__',
  'constructor',
  'x'.repeat(64),
  '00',
  '0.0',
  '%25',
];

export function describeOddTexts(open: OpenStore): void {
  describe('odd texts', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await mirror.put(
        ...TEXTS.map((text, i) => ({
          type: 'Basic',
          id: `o${i}`,
          entries: [string('string', text), token('token', text, text, text), uri('uri', text)],
        })),
      );
      await mirror.put(...IDS.map((id) => ({ type: 'Id', id })));
      return mirror;
    });

    it.each(TEXTS.map((text, i) => [JSON.stringify(text).slice(0, 60), text, `Basic/o${i}`] as const))(
      'finds %s and nothing else',
      async (_, text, key) => {
        const find = async (parameter: string, test: object) =>
          mirrored().find(searchQuery(['Basic'], { filter: { op: 'match', parameter, tests: [test as never] } }));
        expect(await find('string', { kind: 'string', match: 'exact', text })).toEqual([key]);
        expect(await find('token', { kind: 'token', system: text, code: text })).toEqual([key]);
        expect(await find('token', { kind: 'token', code: text })).toEqual([key]);
        expect(await find('token', { kind: 'token-in', sets: [{ system: text, codes: [text] }] })).toEqual([key]);
        expect(await find('uri', { kind: 'uri', match: 'exact', uri: text })).toEqual([key]);
        // No FHIR string has a NUL (https://hl7.org/fhir/R4/datatypes.html#string); finding it whole is enough.
        for (const match of text.includes('\0') ? [] : ['starts-with', 'contains', 'ends-with'])
          expect(await find('string', { kind: 'string', match, text })).toContain(key);
      },
    );

    it.each(IDS)('takes the id %j', async (id) => {
      const { store } = mirrored();
      expect((await store.read('Id', id))?.id).toBe(id);
      expect(bodyText(await store.readVersion('Id', id, 1))).toContain(JSON.stringify(id));
      const page = await mirrored().search(searchQuery(['Id'], { filter: { op: 'ids', ids: [id] } }));
      expect(keysOf(page.matches)).toEqual([`Id/${id}`]);
      expect((await store.history({ types: ['Id'], id, count: 5 })).versions).toHaveLength(1);
    });

    it('sorts and pages through all of them', async () => {
      for (const [parameter, type] of [
        ['string', 'string'],
        ['token', 'token'],
        ['uri', 'uri'],
        ['_id', 'token'],
      ] as const)
        for (const descending of [false, true]) {
          const found = await mirrored().find(
            searchQuery(['Basic', 'Id'], { sort: [{ parameter, type, descending }], count: 3 }),
          );
          expect([...found].sort()).toEqual([...mirrored().resources.keys()].sort());
        }
    });
  });
}
