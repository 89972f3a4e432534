import { cpuSeconds } from '../processes/memory.ts';
import { spread } from '../spread.ts';
import type { LoadTarget } from './load.ts';
import type { LoadOptions, LoadProcess } from './load-process.ts';

/** A server under a load that is put on it again and again. */
export interface LoadedServer {
  /** Puts the load on it once more; resolves to requests a second. */
  readonly rate: () => Promise<number>;
  /** Median µs of CPU that the server had for a request; NaN where the system does not tell. What else the machine does matters little to it. */
  readonly cpu: () => number;
  /** p50 and p99 of the last time, for people. */
  readonly latency: () => string;
}

/** The first time only warms up: what is compiled then does not count. */
export async function warmLoadedServer(
  load: LoadProcess,
  server: LoadTarget & { readonly pid: number },
  requests: readonly Uint8Array[],
  { connections, seconds }: LoadOptions,
): Promise<LoadedServer> {
  await load.run(server, requests, { connections, seconds });
  const cpu: number[] = [];
  let latency = '';
  return {
    async rate() {
      const before = cpuSeconds(server.pid) ?? Number.NaN;
      const result = await load.run(server, requests, { connections, seconds });
      cpu.push((((cpuSeconds(server.pid) ?? Number.NaN) - before) * 1e6) / result.requests);
      latency = `p50 ${result.p50.toFixed(2)} ms, p99 ${result.p99.toFixed(2)} ms`;
      return result.perSecond;
    },
    cpu: () => spread(cpu).median,
    latency: () => latency,
  };
}
