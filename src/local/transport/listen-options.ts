import type { OnRefused } from '../refusal-event.ts';
import type { PaceLimits } from './body-pace.ts';
import type { RequestLimits } from './check-request.ts';

/** A certificate, with those between it and its root, and its private key; both PEM. */
export interface TlsOptions {
  readonly cert: string | Buffer;
  readonly key: string | Buffer;
}

export interface ListenOptions extends Partial<PaceLimits>, Partial<RequestLimits> {
  /** 0: any free one. */
  readonly port: number;
  /** The address to listen on. */
  readonly host: string;
  /** Absent: plain HTTP. */
  readonly tls?: TlsOptions | undefined;
  /** ms for the headers of a request, and for the handshake of TLS, to arrive; default 20 s. */
  readonly headersTimeout?: number | undefined;
  /** ms in which a client may send or take nothing of a body; default 30 s. */
  readonly idleTimeout?: number | undefined;
  /** The least rate of a request's body, taken over `idleTimeout`; default 500. */
  readonly minBytesPerSecond?: number | undefined;
  /** ms that a connection may be idle between requests; default 30 s. */
  readonly keepAliveTimeout?: number | undefined;
  /** ms for which the rest of a body is read when its answer is out already; default 5 s. */
  readonly lingerTimeout?: number | undefined;
  /** ms that `close` waits for requests that have begun; default 10 s. */
  readonly closeTimeout?: number | undefined;
  /** Bytes of a request's first line and headers together; default 32 KiB. */
  readonly maxHeaderBytes?: number | undefined;
  /** How many headers; default 100. */
  readonly maxHeaders?: number | undefined;
  /** Characters of path and query; default 16,384. */
  readonly maxUrlLength?: number | undefined;
  /** Connections at once; more are closed as they come. Default 10,000. */
  readonly maxConnections?: number | undefined;
  /** Gets what fails while an answer is written; default: a warning of the process. */
  readonly report?: ((error: unknown) => void) | undefined;
  /** Told of what is refused before anyone looks at what it asks for. */
  readonly onRefused?: OnRefused | undefined;
}

/** {@link ListenOptions} with every default filled in. */
export type ListenSettings = Required<Omit<ListenOptions, 'tls' | 'report' | 'onRefused'>> & {
  readonly tls: TlsOptions | undefined;
  readonly report: (error: unknown) => void;
  readonly onRefused: OnRefused;
};

export function resolveOptions(options: ListenOptions): ListenSettings {
  return {
    port: options.port,
    host: options.host,
    tls: options.tls,
    headersTimeout: options.headersTimeout ?? 20_000,
    idleTimeout: options.idleTimeout ?? 30_000,
    minBytesPerSecond: options.minBytesPerSecond ?? 500,
    keepAliveTimeout: options.keepAliveTimeout ?? 30_000,
    lingerTimeout: options.lingerTimeout ?? 5000,
    closeTimeout: options.closeTimeout ?? 10_000,
    maxHeaderBytes: options.maxHeaderBytes ?? 2 ** 15,
    maxHeaders: options.maxHeaders ?? 100,
    maxUrlLength: options.maxUrlLength ?? 2 ** 14,
    maxConnections: options.maxConnections ?? 10_000,
    report: options.report ?? warn,
    onRefused: options.onRefused ?? recordNothing,
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}

async function recordNothing(): Promise<void> {}
