import { getRequest, writeRequest } from '../load/load.ts';
import type { LoadProcess } from '../load/load-process.ts';
import type { BenchContext, Goal, Row } from '../measure.ts';
import { startServer } from '../processes/fwoa-process.ts';
import { inPairs, spread } from '../spread.ts';
import { readBundle, sharedCount, syntheaFiles } from '../synthea-files.ts';
import { buildHapi, startHapi } from './hapi-process.ts';
import { type PeerData, readPeerData } from './peer-data.ts';

const LOINC = 'http://loinc.org';
const CODES = ['8302-2', '29463-7', '85354-9', '8867-4', '9279-1'];

/** One of the two servers, loaded. */
interface Peer {
  readonly url: string;
  readonly data: PeerData;
}

/** HAPI FHIR and fwoa on the same machine with the same data, in turn. */
export async function againstHapi(context: BenchContext): Promise<readonly Row[]> {
  const { options, load, newPath, progress } = context;
  progress('HAPI: build, start (a minute)');
  buildHapi();
  const hapi = await startHapi();
  const fwoa = await startServer(newPath());
  progress(`both are ready; ${options.patients} patients go into fwoa`);
  const files = syntheaFiles(options.synthea, options.patients);
  const ours = await loadPeer(load, fwoa.url, files);
  const ourMemory = fwoa.memory().now;
  progress('the same into HAPI');
  const theirs = await loadPeer(load, hapi.url, files);
  const theirMemory = hapi.memory();
  const peers: readonly [Peer, Peer] = [await peer(fwoa.url, options.pairs), await peer(hapi.url, options.pairs)];
  const rows: Row[] = [
    { name: 'start-up : HAPI', unit: 'ms', ...once(fwoa.readyMs, hapi.readyMs) },
    { name: 'import over HTTP : HAPI', unit: '/s', ...once(ours, theirs) },
    { name: 'memory after it : HAPI', unit: 'MB', ...once(ourMemory / 1e6, theirMemory / 1e6) },
  ];
  progress('reads');
  rows.push(await rounds(context, 'read : HAPI', peers, readRequests, 25));
  progress('searches');
  rows.push(await rounds(context, 'search of 20 : HAPI', peers, searchRequests, 20));
  progress('creates');
  rows.push(await creates(context, peers));
  await fwoa.stop();
  await hapi.stop();
  return rows;
}

/** Posts Synthea's bundles as transactions; resolves to resources a second. */
async function loadPeer(load: LoadProcess, url: string, files: readonly string[]): Promise<number> {
  const bundles = files.map(readBundle);
  const requests = bundles.map((bundle) => writeRequest('POST', new URL(url).pathname, bundle));
  const shared = sharedCount(files);
  const begin = performance.now();
  await load.run(url, requests.slice(0, shared), { connections: 1 });
  await load.run(url, requests.slice(shared), { connections: 2 });
  const resources = bundles.flatMap((bundle) => (JSON.parse(bundle.toString()) as { entry: unknown[] }).entry).length;
  return resources / ((performance.now() - begin) / 1000);
}

const OBSERVATIONS = 1500;

async function peer(url: string, pairs: number): Promise<Peer> {
  return { url, data: await readPeerData(url, OBSERVATIONS * Math.ceil((pairs + 1) / 6)) };
}

function once(ours: number, reference: number) {
  return { ours: spread([ours]), reference: spread([reference]), ratio: spread([ours / reference]) };
}

function readRequests({ url, data }: Peer): readonly Uint8Array[] {
  return data.patients.map(({ id }) => getRequest(`${basePath(url)}/Patient/${id}`));
}

/** `no-cache`: HAPI answers repeated searches from the results that it keeps for a minute. */
function searchRequests({ url, data }: Peer): readonly Uint8Array[] {
  const paths = data.patients.flatMap(({ id, family }) => [
    ...CODES.map((code) => `/Observation?patient=${id}&code=${LOINC}|${code}&_sort=-date&_count=20`),
    `/Observation?patient.family=${encodeURIComponent(family)}&_count=20`,
    `/Encounter?patient=${id}&_include=Encounter:participant&_count=20`,
  ]);
  return paths.map((path) => getRequest(basePath(url) + path, { 'cache-control': 'no-cache' }));
}

function basePath(url: string): string {
  return new URL(url).pathname.replace(/\/$/, '');
}

async function rounds(
  { load, options }: BenchContext,
  name: string,
  [ours, theirs]: readonly [Peer, Peer],
  requestsOf: (peer: Peer) => readonly Uint8Array[],
  least: number,
): Promise<Row> {
  const side = (peer: Peer, seconds: number) => {
    const requests = requestsOf(peer);
    return async () => (await load.run(peer.url, requests, { connections: options.connections, seconds })).perSecond;
  };
  // The Java machine compiles for a while: it has longer to warm up, and longer rounds.
  await side(theirs, 10 * options.seconds)();
  await side(ours, options.seconds)();
  const pairs = await inPairs(options.pairs, side(ours, options.seconds), side(theirs, 3 * options.seconds));
  return { name, unit: '/s', ...pairs, goal: goalOf(least) };
}

async function creates({ load, options }: BenchContext, [ours, theirs]: readonly [Peer, Peer]): Promise<Row> {
  const side = ({ url, data }: Peer) => {
    const requests = data.observations.map((resource) =>
      writeRequest('POST', `${basePath(url)}/Observation`, Buffer.from(JSON.stringify(resource))),
    );
    const size = Math.floor(requests.length / (options.pairs + 1));
    return async (n: number) => {
      const step = requests.slice(n * size, (n + 1) * size);
      return (await load.run(url, step, { connections: options.connections })).perSecond;
    };
  };
  const [our, their] = [side(ours), side(theirs)];
  await our(0);
  await their(0);
  const pairs = await inPairs(
    options.pairs,
    (n) => our(n + 1),
    (n) => their(n + 1),
  );
  return { name: 'create Observation : HAPI', unit: '/s', ...pairs, goal: goalOf(8) };
}

function goalOf(least: number): Goal {
  return { of: 'ratio', at: 'least', value: least };
}
