import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examplesFolder, gunzipFile, NEEDS_EXAMPLES } from '../../../conformance/examples-folder.ts';
import { openBundleApi } from './bundle-fixture.ts';

const folder = examplesFolder();
/** Sorted: what others refer to first. */
const files = folder === undefined ? [] : readdirSync(join(folder, 'synthea')).sort();

interface Entries {
  readonly entry: readonly { readonly resource: { readonly resourceType: string } }[];
}

/** What can't be found: URNs and conditions among the references. */
const UNRESOLVED = /"reference":"(?:urn:uuid:|[A-Za-z]+\?)[^"]*"/;

if (folder === undefined) it.skip(`Synthea's transactions: ${NEEDS_EXAMPLES}`, () => {});
else
  describe("each of Synthea's transactions goes in as it is", () => {
    const api = openBundleApi();
    it.each(files)('%s', async (file) => {
      const text = gunzipFile(join(folder, 'synthea', file));
      const answer = await api.send('POST /', text, { prefer: 'return=representation' });
      expect(answer.status, answer.text.slice(0, 500)).toBe(200);
      const [sent, stored] = [JSON.parse(text) as Entries, answer.json() as Entries];
      const typesOf = ({ entry }: Entries) => entry.map(({ resource }) => resource.resourceType);
      expect(typesOf(stored)).toEqual(typesOf(sent));
      expect(answer.text.match(UNRESOLVED)?.[0]).toBeUndefined();
    });
  });
