import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NO_AUDIT } from '../../src/audit/audit-port.ts';
import { OPEN_ACCESS } from '../../src/auth/auth-port.ts';
import type { FhirVersion } from '../../src/fhir/fhir-version.ts';
import { openDataFolder } from '../../src/local/data-folder.ts';
import { type LocalApiOptions, openLocalApi } from '../../src/local/open-local-api.ts';

/** An answer, its body in one piece. */
export interface TestResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export interface TestRequest {
  readonly body?: string | Uint8Array | undefined;
  readonly headers?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The whole local server but for the network. */
export interface TestApi {
  send(method: string, url: string, request?: TestRequest): Promise<TestResponse>;
  /** What the server answered with a 500. */
  readonly errors: readonly unknown[];
  close(): Promise<void>;
}

export const BASE_URL = 'http://fhir.example.org/base';

/** Opens the server on a folder of its own, which goes when it is closed. */
export async function openTestApi(
  version: FhirVersion,
  options: Pick<LocalApiOptions, 'openStorage' | 'now' | 'newId'> = {},
): Promise<TestApi> {
  const path = mkdtempSync(join(tmpdir(), 'fwoa-test-'));
  const folder = openDataFolder(path, version, 'test');
  const errors: unknown[] = [];
  const report = (error: unknown) => {
    errors.push(error);
  };
  const open = { auth: OPEN_ACCESS, audit: NO_AUDIT };
  const api = await openLocalApi(folder, { ...open, baseUrl: BASE_URL, durability: 'normal', report, ...options });
  return {
    errors,
    async send(method, url, { body = '', headers = {} } = {}) {
      const bytes = typeof body === 'string' ? Buffer.from(body) : body;
      const type = bytes.length > 0 ? { 'content-type': 'application/fhir+json' } : {};
      const response = await api.handle({
        method,
        url: url.replace(BASE_URL, ''),
        headers: { ...type, ...headers },
        body: async () => bytes,
      });
      const parts =
        response.body === undefined ? [] : response.body instanceof Uint8Array ? [response.body] : response.body;
      return { status: response.status, headers: response.headers, text: Buffer.concat(parts).toString() };
    },
    async close() {
      await api.close();
      folder.release();
      rmSync(path, { recursive: true, force: true });
    },
  };
}
