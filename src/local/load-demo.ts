import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../config/package-info.ts';
import { definitionsFolder, type FhirVersion } from '../fhir/fhir-version.ts';
import type { LocalApi } from './open-local-api.ts';

type Api = Pick<LocalApi, 'handle'>;

interface DemoBundle {
  readonly entry: readonly { readonly request: { readonly url: string } }[];
}

/**
 * Puts the sample patients in, in one transaction, unless all of them are there. Their ids are fixed: done twice it resets them, and
 * never makes more of them.
 */
export async function loadDemo(api: Api, version: FhirVersion): Promise<void> {
  const body = readFileSync(join(packageRoot(), 'templates', 'demo', `${definitionsFolder(version)}.json`));
  const { entry } = JSON.parse(body.toString()) as DemoBundle;
  if (
    await arePresent(
      api,
      entry.map(({ request }) => request.url.split('/')[1] ?? ''),
    )
  )
    return;
  const response = await api.handle({
    method: 'POST',
    url: '/',
    headers: { 'content-type': 'application/fhir+json', prefer: 'return=minimal' },
    body: async () => body,
  });
  if (response.status !== 200) throw new Error(`The sample patients were refused with status ${response.status}.`);
}

/** One search, so that the audit of a start is short. */
async function arePresent(api: Api, ids: readonly string[]): Promise<boolean> {
  const { status, body } = await api.handle({
    method: 'GET',
    url: `/?_id=${ids.join()}&_summary=count`,
    headers: {},
    body: async () => new Uint8Array(),
  });
  const pieces = body === undefined ? [] : body instanceof Uint8Array ? [body] : body;
  return status === 200 && (JSON.parse(Buffer.concat(pieces).toString()) as { total?: number }).total === ids.length;
}
