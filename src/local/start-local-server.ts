import { isIP } from 'node:net';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import { Problem, systemCode } from '../config/problem.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { collectingGarbage } from './garbage-collection.ts';
import { guardHost, isLoopback } from './guard-host.ts';
import { type HttpListener, listen } from './http-listener.ts';
import { loadDemo } from './load-demo.ts';
import { openLocalApi } from './open-local-api.ts';
import { removeServerFile, writeServerFile } from './server-file.ts';

export interface LocalServerOptions {
  /** The data folder; made when it is not there. */
  readonly data: string;
  /** 0: any free one. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  readonly baseUrl?: string | undefined;
  /** Of a new folder; must be that of an existing one. Default: the folder's, or 4.0.1. */
  readonly fhirVersion?: FhirVersion | undefined;
  readonly durability: 'normal' | 'full';
  /** Put the sample patients in. */
  readonly demo: boolean;
  /** Gets the server's own errors, those that are answered by a 500. */
  readonly report: (error: unknown) => void;
}

/** A server that runs. */
export interface LocalServer {
  /** The base URL. */
  readonly url: string;
  readonly fhirVersion: FhirVersion;
  readonly createdFolder: boolean;
  /** False when others than this machine can reach it. */
  readonly loopback: boolean;
  /** Finishes what has begun and lets the data folder go. */
  stop(): Promise<void>;
}

/**
 * Starts the FHIR server on a data folder.
 *
 * @throws Problem when the folder or the port can't be had
 */
export async function startLocalServer(options: LocalServerOptions): Promise<LocalServer> {
  const folder = openDataFolder(options.data, options.fhirVersion, 'fwoa local');
  try {
    return await serve(folder, options);
  } catch (error) {
    folder.release();
    throw error;
  }
}

async function serve(folder: DataFolder, options: LocalServerOptions): Promise<LocalServer> {
  const { host, durability, report } = options;
  // The port comes first: its number is a part of the base URL. Requests that come before the server is made wait for it.
  const handler = deferred<(request: FhirRequest) => Promise<FhirResponse>>();
  const listener = await openPort({ handle: async (request) => (await handler.promise)(request) }, options);
  try {
    const url = options.baseUrl ?? `http://${nameOf(host)}:${listener.port}`;
    const api = await openLocalApi(folder, { baseUrl: url, durability, report });
    handler.resolve(
      guardHost(
        collectingGarbage((request) => api.handle(request)),
        { url, host },
      ),
    );
    if (options.demo) await loadDemo(api, folder.settings.fhirVersion);
    writeServerFile(folder.path, url);
    return {
      url,
      fhirVersion: folder.settings.fhirVersion,
      createdFolder: folder.created,
      loopback: isLoopback(host),
      async stop() {
        await listener.close();
        removeServerFile(folder.path);
        await api.close();
        folder.release();
      },
    };
  } catch (error) {
    handler.resolve(() => Promise.reject(error));
    await listener.close();
    throw error;
  }
}

/** The host part of the base URL. All addresses (0.0.0.0, ::) are none that a client could use. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}

async function openPort(
  server: Parameters<typeof listen>[0],
  { port, host }: LocalServerOptions,
): Promise<HttpListener> {
  try {
    return await listen(server, { port, host });
  } catch (error) {
    throw portProblem(error, port, host);
  }
}

function portProblem(error: unknown, port: number, host: string): unknown {
  switch (systemCode(error)) {
    case 'EADDRINUSE': {
      const next = `Stop it, or take another port: --port ${port + 1} (or --port 0 for any that is free).`;
      return new Problem(
        'port-taken',
        { what: `Port ${port} is taken.`, why: `Another program listens on ${host}:${port}.`, next },
        { cause: error },
      );
    }
    case 'EACCES': {
      const next = 'Take one from 1024 up: --port 8080.';
      return new Problem(
        'port-not-allowed',
        { what: `You may not listen on port ${port}.`, why: "Ports below 1024 are the system's.", next },
        { cause: error },
      );
    }
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND': {
      const next = 'Leave --host out, or name an address of this machine.';
      return new Problem('host-unknown', { what: `This machine has no address ${host}.`, next }, { cause: error });
    }
    default:
      return error;
  }
}

/** A promise and the function that fulfils it (`Promise.withResolvers` is not in Node 20). */
function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}
