import { handleBundle } from '../../../../src/api/bundle/handle-bundle.ts';
import { type Answer, type Api, type ApiOptions, BASE, type Json, openApi } from '../api-fixture.ts';

export interface TestEntry {
  readonly fullUrl?: string | undefined;
  readonly resource?: unknown;
  readonly request?: unknown;
}

/** `entry('PUT Patient/1', resource, { ifMatch: 'W/"1"' }, fullUrl)` */
export function entry(line: string, resource?: unknown, conditions: object = {}, fullUrl?: string): TestEntry {
  const [method, url] = line.split(' ');
  return { fullUrl, resource, request: { method, url, ...conditions } };
}

/** A URN, one a number. */
export function urn(number: number): string {
  return `urn:uuid:0aa1a2a3-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

export interface BundleApi extends Api {
  post(type: string, entries: readonly TestEntry[], headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The entries of the answer to a transaction that succeeds. */
  done(...entries: readonly TestEntry[]): Promise<Json[]>;
  /** The resources that a transaction wrote, entry by entry. */
  written(...entries: readonly TestEntry[]): Promise<Json[]>;
}

/** A server that carries out Bundles. */
export function openBundleApi(options: ApiOptions = {}): BundleApi {
  const api = openApi({ bundles: handleBundle, ...options });
  const post: BundleApi['post'] = (type, entry, headers) =>
    api.send('POST /', { resourceType: 'Bundle', type, entry }, headers);
  async function done(...entries: readonly TestEntry[]): Promise<Json[]> {
    const answer = await post('transaction', entries);
    if (answer.status !== 200) throw new Error(answer.text);
    return answer.json().entry;
  }
  async function written(...entries: readonly TestEntry[]): Promise<Json[]> {
    const answers = await done(...entries);
    const read = async ({ response: { location } }: Json) =>
      location === undefined ? undefined : (await api.send(`GET ${location.slice(BASE.length)}`)).json();
    return Promise.all(answers.map(read));
  }
  return { ...api, post, done, written };
}

/** The number of an entry's status. */
export function statusesOf(answer: Answer): number[] {
  return answer.json().entry.map(({ response }: Json) => Number.parseInt(response.status, 10));
}
