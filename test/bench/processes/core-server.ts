import { cpSync } from 'node:fs';
import { NO_AUDIT } from '../../../src/audit/audit-port.ts';
import { OPEN_ACCESS } from '../../../src/auth/auth-port.ts';
import { openDataFolder } from '../../../src/local/data-folder.ts';
import { collectingGarbage } from '../../../src/local/garbage-collection.ts';
import { guardHost } from '../../../src/local/guard-host.ts';
import { listen } from '../../../src/local/http-listener.ts';
import { openLocalApi } from '../../../src/local/open-local-api.ts';
import type { LoadTarget } from '../load/load.ts';
import { startRole } from './role-process.ts';

/** The local server without access control and audit: what both cost is measured against it. */
export interface CoreServer extends LoadTarget {
  readonly pid: number;
  stop(): Promise<void>;
}

export interface CoreTask {
  readonly data: string;
}

/** Starts the core alone on a copy of a data folder, or on a new one. */
export async function startCore(data: string, copyOf?: string): Promise<CoreServer> {
  if (copyOf !== undefined) cpSync(copyOf, data, { recursive: true });
  const role = startRole<CoreTask, string>('core-server');
  return { url: await role.ask({ data }), pid: role.pid, stop: () => role.end() };
}

/** In the child process: serves until the channel is closed; resolves to the URL. */
export async function serveCore({ data }: CoreTask): Promise<string> {
  const host = '127.0.0.1';
  const folder = openDataFolder(data, undefined, 'bench');
  process.once('exit', () => folder.release());
  let handle: Parameters<typeof guardHost>[0] = () => Promise.reject(new Error('not ready'));
  const { url } = await listen({ handle: (request) => handle(request) }, { port: 0, host });
  const api = await openLocalApi(folder, { baseUrl: url, auth: OPEN_ACCESS, audit: NO_AUDIT });
  handle = guardHost(collectingGarbage(api.handle), { url, host });
  return url;
}
