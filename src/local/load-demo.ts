import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../config/package-info.ts';
import { definitionsFolder, type FhirVersion } from '../fhir/fhir-version.ts';
import type { LocalApi } from './open-local-api.ts';

interface DemoBundle {
  readonly entry: readonly { readonly request: { readonly url: string } }[];
}

/**
 * Puts the sample patients in, in one transaction, unless all of them are there. Their ids are fixed: done twice it resets them, and
 * never makes more of them.
 */
export async function loadDemo(api: LocalApi, version: FhirVersion): Promise<void> {
  const body = readFileSync(join(packageRoot(), 'templates', 'demo', `${definitionsFolder(version)}.json`));
  const { entry } = JSON.parse(body.toString()) as DemoBundle;
  const present = await Promise.all(entry.map(({ request }) => isPresent(api, request.url)));
  if (present.every(Boolean)) return;
  const response = await api.handle({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
    body: async () => body,
  });
  if (response.status !== 200) throw new Error(`The sample patients were refused with status ${response.status}.`);
}

async function isPresent(api: LocalApi, url: string): Promise<boolean> {
  const response = await api.handle({
    method: 'HEAD',
    url: `/${url}`,
    headers: {},
    body: async () => new Uint8Array(),
  });
  return response.status === 200;
}
