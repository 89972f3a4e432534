import { setTimeout as sleep } from 'node:timers/promises';
import { writeRequest } from '../load/load.ts';
import type { BenchContext, Row } from '../measure.ts';
import { startServer } from '../processes/fwoa-process.ts';
import { spread } from '../spread.ts';
import { readBundle, sharedCount, syntheaFiles } from '../synthea-files.ts';

/** A server's memory before, after and at most during an import of all files as transactions over HTTP, four at once. */
export async function measureMemory({ load, options, newPath, progress }: BenchContext): Promise<readonly Row[]> {
  progress('memory, with an import over HTTP');
  const files = syntheaFiles(options.synthea);
  const shared = sharedCount(files);
  const bundles = files.map(readBundle);
  const requests = bundles.map((bundle) => writeRequest('POST', '/', bundle));
  const server = await startServer(newPath());
  const atRest = server.memory().now;
  const begin = performance.now();
  await load.run(server, requests.slice(0, shared), { connections: 1 });
  await load.run(server, requests.slice(shared), { connections: 4 });
  const seconds = (performance.now() - begin) / 1000;
  const after = server.memory();
  // As it stays: once what is garbage had time to be collected.
  await sleep(5000);
  const settled = server.memory().now;
  await server.stop();
  const resources = bundles.reduce((sum, bundle) => sum + countEntries(bundle), 0);
  const goal = { of: 'ours', at: 'most', value: 250 } as const;
  return [
    { name: 'import over HTTP', unit: '/s', ours: spread([resources / seconds]), note: `${resources} entries` },
    { name: 'memory when ready', unit: 'MB', ours: megabytes(atRest) },
    { name: 'memory after import over HTTP', unit: 'MB', ours: megabytes(after.now), goal },
    { name: 'memory 5 s later', unit: 'MB', ours: megabytes(settled), goal },
    ...(after.peak === undefined
      ? []
      : [{ name: 'memory at most, meanwhile', unit: 'MB', ours: megabytes(after.peak) } as const]),
  ];
}

function countEntries(bundle: Buffer): number {
  return (JSON.parse(bundle.toString()) as { readonly entry: readonly unknown[] }).entry.length;
}

function megabytes(bytes: number) {
  return spread([bytes / 1e6]);
}
