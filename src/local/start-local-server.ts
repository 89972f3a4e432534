import { isIP } from 'node:net';
import { withCors } from '../api/cors.ts';
import type { FhirRequest, FhirResponse } from '../api/http.ts';
import type { LoadedConfig } from '../config/load-config.ts';
import { Problem, systemCode } from '../config/problem.ts';
import type { FhirVersion } from '../fhir/fhir-version.ts';
import type { OpenStorage } from '../storage/storage-parts.ts';
import { configuredRoles } from './configured-access.ts';
import { type DataFolder, openDataFolder } from './data-folder.ts';
import { type DemoUser, makeDemoAccess } from './demo-access.ts';
import { collectingGarbage } from './garbage-collection.ts';
import { guardHost, isLoopback } from './guard-host.ts';
import { type HttpListener, listen } from './http-listener.ts';
import { loadDemo } from './load-demo.ts';
import { type LocalService, openLocalService } from './open-local-service.ts';
import type { OnRefused } from './refusal-event.ts';
import { newSecret, removeServerFile, writeServerFile } from './server-file.ts';
import { configuredOptions } from './transport/configured-options.ts';
import type { TlsOptions } from './transport/listen-options.ts';

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
  /** Put the sample patients in, and make a client system and a user for each role. */
  readonly demo: boolean;
  readonly config: LoadedConfig;
  /** Absent: plain HTTP. */
  readonly tls?: TlsOptions | undefined;
  /** Gets the server's own errors, those that are answered by a 500. */
  readonly report: (error: unknown) => void;
  /** Opens the storage; default: the embedded one, in the data folder. */
  readonly openStorage?: OpenStorage | undefined;
}

/** A server that runs. */
export interface LocalServer {
  /** The base URL. */
  readonly url: string;
  readonly fhirVersion: FhirVersion;
  readonly createdFolder: boolean;
  /** False when others than this machine can reach it. */
  readonly loopback: boolean;
  /** The API key of the client system that this start has made; undefined when there was one. */
  readonly apiKey: string | undefined;
  /** Those that the demo has made. */
  readonly users: readonly DemoUser[];
  /** The access token of a user; a secret. @throws Problem */
  token(user: { readonly name: string; readonly password: string }): Promise<string>;
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
  const { host, durability, report, config, openStorage } = options;
  // The port comes first: its number is a part of the base URL. Requests that come before the server is made wait for it.
  const handler = deferred<(request: FhirRequest) => Promise<FhirResponse>>();
  const record = deferred<OnRefused>();
  const onRefused: OnRefused = async (refusal) => (await record.promise)(refusal);
  const server = { handle: async (request: FhirRequest) => (await handler.promise)(request) };
  const listener = await openPort(server, options, onRefused);
  try {
    const scheme = options.tls === undefined ? 'http' : 'https';
    const url = options.baseUrl ?? `${scheme}://${nameOf(host)}:${listener.port}`;
    const secret = newSecret();
    const service = await openLocalService(folder, { baseUrl: url, durability, config, secret, report, openStorage });
    const { cors } = config.config.server;
    handler.resolve(guardHost(withCors(collectingGarbage(service.handle), cors), { url, host, onRefused }));
    record.resolve(service.onRefused);
    const access = await welcome(service, folder, options);
    writeServerFile(folder.path, { url, secret });
    return {
      ...access,
      url,
      fhirVersion: folder.settings.fhirVersion,
      createdFolder: folder.created,
      loopback: isLoopback(host),
      token: async (user) => (await service.identity.admin.token(user)).accessToken,
      async stop() {
        await listener.close();
        removeServerFile(folder.path);
        await service.close();
        folder.release();
      },
    };
  } catch (error) {
    handler.resolve(() => Promise.reject(error));
    record.resolve(() => Promise.resolve());
    await listener.close();
    throw error;
  }
}

/** What a newcomer needs to get in: the first API key; in the demo also users, and something to look at. */
async function welcome(
  { identity, handleAsOwner }: LocalService,
  { settings }: DataFolder,
  { demo, config }: LocalServerOptions,
): Promise<Pick<LocalServer, 'apiKey' | 'users'>> {
  if (!demo) return { apiKey: (await identity.ensureClient('default'))?.apiKey, users: [] };
  const roles = configuredRoles(config.config).map(({ name }) => name);
  const [access] = await Promise.all([
    makeDemoAccess(identity, roles),
    loadDemo({ handle: handleAsOwner }, settings.fhirVersion),
  ]);
  return access;
}

/** The host part of the base URL. All addresses (0.0.0.0, ::) are none that a client could use. */
function nameOf(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}

async function openPort(
  server: Parameters<typeof listen>[0],
  options: LocalServerOptions,
  onRefused: OnRefused,
): Promise<HttpListener> {
  const { port, host, tls, report } = options;
  const configured = configuredOptions(options.config.config.server);
  try {
    return await listen(server, { port, host, tls, report, onRefused, ...configured });
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
