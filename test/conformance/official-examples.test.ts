import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../src/fhir/definitions/load-definitions.ts';
import type { FhirVersion } from '../../src/fhir/fhir-version.ts';
import { createIndexer } from '../../src/fhir/index/create-indexer.ts';
import { parseJson } from '../../src/fhir/json/parse-json.ts';
import { isJsonObject, type Resource } from '../../src/fhir/resource.ts';
import { loadTerminology } from '../../src/fhir/terminology/load-terminology.ts';
import { createUnitConverter } from '../../src/fhir/ucum.ts';
import { entrySearches } from './entry-searches.ts';
import { parseExactly, withoutServerMeta } from './exact-json.ts';
import { examplesFolder, gunzipFile, NEEDS_EXAMPLES } from './examples-folder.ts';
import { BASE_URL, openTestApi, type TestApi } from './test-api.ts';

const folder = examplesFolder();

interface Example {
  readonly name: string;
  /** As the file has it. */
  readonly text: string;
  readonly resource: Resource;
}

function readExamples(file: string): Example[] {
  const lines = gunzipFile(file)
    .split('\n')
    .filter((line) => line.trim() !== '');
  const byName = new Map<string, Example>();
  for (const text of lines) {
    const resource = parseJson(Buffer.from(text));
    if (!isJsonObject(resource)) throw new Error('not an object');
    const name = `${resource.resourceType}/${resource.id}`;
    byName.set(name, { name, text, resource: resource as Resource });
  }
  return [...byName.values()];
}

interface Page {
  readonly entry?: readonly { readonly resource: { readonly id: string } }[];
}

const RELEASES: readonly (readonly [FhirVersion, string])[] = [
  ['4.0.1', 'r4-official-examples.ndjson.gz'],
  ['3.0.1', 'stu3-official-examples.ndjson.gz'],
];

describe.skipIf(folder === undefined).each(RELEASES)(
  `HL7's examples of FHIR %s (${NEEDS_EXAMPLES})`,
  (version, file) => {
    const examples = folder === undefined ? [] : readExamples(join(folder, file));
    let api: TestApi;
    const definitions = loadDefinitions(version);
    const index = createIndexer(definitions, {
      baseUrl: BASE_URL,
      units: createUnitConverter(),
      terminology: loadTerminology(version),
    });

    beforeAll(async () => {
      api = await openTestApi(version);
    });
    afterAll(() => api?.close());

    it('are stored', async () => {
      const refused: string[] = [];
      for (const { name, text } of examples) {
        const response = await api.send('PUT', `/${name}`, { body: text });
        if (response.status !== 201) refused.push(`${name}: ${response.status} ${response.text.slice(0, 400)}`);
      }
      expect(refused).toEqual([]);
    });

    it('read as they were written, each number in its own digits', async () => {
      for (const { name, text } of examples) {
        const response = await api.send('GET', `/${name}`);
        expect(response.status, name).toBe(200);
        expect(withoutServerMeta(parseExactly(response.text)), name).toEqual(withoutServerMeta(parseExactly(text)));
      }
    });

    it('are found by every one of their index values', { timeout: 300_000 }, async () => {
      const missed: string[] = [];
      let searches = 0;
      for (const { name, resource } of examples) {
        const [type = '', id = ''] = name.split('/');
        const rules = {
          version,
          parameter: (code: string) => definitions.searchParameter(type, code),
          parameters: definitions.searchParameters(type),
          shared: definitions.sharedIndex(type),
        };
        for (const query of entrySearches(index(resource), rules)) {
          searches++;
          const { status, text } = await api.send('GET', `/${type}?${query}&_count=1000&_elements=id`);
          const found =
            status === 200 ? ((JSON.parse(text) as Page).entry ?? []).map((entry) => entry.resource.id) : [];
          if (!found.includes(id))
            missed.push(`${name} by ${decodeURIComponent(query)}: ${status} ${text.slice(0, 300)}`);
        }
      }
      expect(missed).toEqual([]);
      expect(searches).toBeGreaterThan(10_000);
    });

    it('have values for most parameters of their types', () => {
      const seen = new Set(examples.flatMap(({ resource }) => index(resource).map(({ kind }) => kind)));
      for (const kind of ['string', 'token', 'reference', 'date', 'number', 'quantity', 'uri'])
        expect(seen).toContain(kind);
    });
  },
);
