import type { ResolvedConfig } from '../../config/resolve-config.ts';
import type { ListenOptions } from './listen-options.ts';

/** What a configuration says of the listener, in its own words. */
export function configuredOptions({ limits, timeouts }: ResolvedConfig['server']): Partial<ListenOptions> {
  return {
    maxHeaderBytes: limits.headerBytes,
    maxHeaders: limits.headers,
    maxUrlLength: limits.urlLength,
    maxConnections: limits.connections,
    headersTimeout: timeouts.headers,
    idleTimeout: timeouts.idle,
    keepAliveTimeout: timeouts.keepAlive,
    closeTimeout: timeouts.close,
  };
}
