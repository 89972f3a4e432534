import { HttpConnection } from './http-connection.ts';
import { type LoadResult, type LoadTask, withHeaders } from './load.ts';

/** Puts a load on a server: on every connection one request after the other. @throws Error when a connection breaks. */
export async function runLoad({ url, headers = {}, connections, seconds, ...task }: LoadTask): Promise<LoadResult> {
  const requests = task.requests.map((request) => withHeaders(request, headers));
  const latencies: number[] = [];
  const statuses = new Map<number, number>();
  const opened: HttpConnection[] = [];
  try {
    return await new Promise((resolve, reject) => {
      const open = Array.from({ length: connections }, () => HttpConnection.open(new URL(url), reject));
      Promise.all(open).then((all) => {
        opened.push(...all);
        const begin = performance.now();
        const end = seconds === undefined ? Number.POSITIVE_INFINITY : begin + seconds * 1000;
        let next = 0;
        let idle = 0;
        const step = (connection: HttpConnection): void => {
          const sent = performance.now();
          const over = sent >= end || (seconds === undefined && next >= requests.length);
          const request = over ? undefined : requests[next++ % requests.length];
          if (request === undefined) {
            idle += 1;
            if (idle === connections) resolve(summary(latencies, statuses, sent - begin));
            return;
          }
          connection.send(request, (status) => {
            latencies.push(performance.now() - sent);
            statuses.set(status, (statuses.get(status) ?? 0) + 1);
            step(connection);
          });
        };
        for (const connection of all) step(connection);
      }, reject);
    });
  } finally {
    for (const connection of opened) connection.close();
  }
}

function summary(latencies: readonly number[], statuses: ReadonlyMap<number, number>, ms: number): LoadResult {
  const sorted = Float64Array.from(latencies).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
  const requests = latencies.length;
  return { requests, perSecond: (requests * 1000) / ms, p50: at(0.5), p99: at(0.99), statuses };
}
