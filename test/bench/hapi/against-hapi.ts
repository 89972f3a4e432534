import { getRequest, type LoadTarget, writeRequest } from '../load/load.ts';
import type { LoadProcess } from '../load/load-process.ts';
import type { BenchContext, Goal, Row } from '../measure.ts';
import { startCore } from '../processes/core-server.ts';
import { startServer } from '../processes/fwoa-process.ts';
import { inPairs, spread } from '../spread.ts';
import { readBundle, sharedCount, syntheaFiles } from '../synthea-files.ts';
import { buildHapi, startHapi } from './hapi-process.ts';
import { type PeerData, readPeerData } from './peer-data.ts';

const LOINC = 'http://loinc.org';
const CODES = ['8302-2', '29463-7', '85354-9', '8867-4', '9279-1'];

/** One of the two servers, loaded. */
interface Peer {
  readonly target: LoadTarget;
  readonly data: PeerData;
  /** Has the machine to itself meanwhile. */
  readonly turn: <T>(work: () => Promise<T>) => Promise<T>;
}

interface Peers {
  readonly ours: Peer;
  readonly theirs: Peer;
}

/** HAPI FHIR and fwoa's core on the same machine with the same data, in turn; HAPI stands still while it is fwoa's turn. */
export async function againstHapi(context: BenchContext): Promise<readonly Row[]> {
  const { options, load, newPath, progress } = context;
  const files = syntheaFiles(options.synthea, options.patients);
  buildHapi();
  progress(`${options.patients} patients go into fwoa`);
  const data = newPath();
  const fwoa = await startServer(data);
  const ourImport = await loadPeer(load, fwoa, files);
  const ourMemory = fwoa.memory().now / 1e6;
  await fwoa.stop();
  // HAPI asks nobody for keys here, and records nothing.
  const core = await startCore(data);
  progress('HAPI starts, and the same goes into it');
  const hapi = await startHapi();
  const theirImport = await loadPeer(load, { url: hapi.url }, files);
  const theirMemory = hapi.memory() / 1e6;
  const peers: Peers = {
    ours: { target: core, data: await readPeerData(core, OBSERVATIONS), turn: hapi.paused },
    theirs: {
      target: { url: hapi.url },
      data: await readPeerData({ url: hapi.url }, OBSERVATIONS),
      turn: (work) => work(),
    },
  };
  const rows: Row[] = [
    { name: 'start-up : HAPI', unit: 'ms', ...once(fwoa.readyMs, hapi.readyMs) },
    { name: 'import over HTTP : HAPI', unit: '/s', ...once(ourImport, theirImport) },
    { name: 'memory after it : HAPI', unit: 'MB', ...once(ourMemory, theirMemory) },
  ];
  progress('reads');
  rows.push(await rounds(context, 'read : HAPI', peers, readRequests, 25));
  progress('searches');
  rows.push(await rounds(context, 'search of 20 : HAPI', peers, searchRequests, 20));
  progress('creates');
  rows.push(await creates(context, peers));
  await core.stop();
  await hapi.stop();
  return rows;
}

/** Posts Synthea's bundles as transactions; resolves to resources a second. */
async function loadPeer(load: LoadProcess, target: LoadTarget, files: readonly string[]): Promise<number> {
  const bundles = files.map(readBundle);
  const requests = bundles.map((bundle) => writeRequest('POST', new URL(target.url).pathname, bundle));
  const shared = sharedCount(files);
  const begin = performance.now();
  await load.run(target, requests.slice(0, shared), { connections: 1 });
  await load.run(target, requests.slice(shared), { connections: 2 });
  const resources = bundles.flatMap((bundle) => (JSON.parse(bundle.toString()) as { entry: unknown[] }).entry).length;
  return resources / ((performance.now() - begin) / 1000);
}

/** So many different Observations are created. */
const OBSERVATIONS = 1500;

function once(ours: number, reference: number) {
  return { ours: spread([ours]), reference: spread([reference]), ratio: spread([ours / reference]) };
}

function readRequests({ target, data }: Peer): readonly Uint8Array[] {
  return data.patients.map(({ id }) => getRequest(`${basePath(target)}/Patient/${id}`));
}

/** `no-cache`: HAPI answers repeated searches from the results that it keeps for a minute. */
function searchRequests({ target, data }: Peer): readonly Uint8Array[] {
  const paths = data.patients.flatMap(({ id, family }) => [
    ...CODES.map((code) => `/Observation?patient=${id}&code=${LOINC}|${code}&_sort=-date&_count=20`),
    `/Observation?patient.family=${encodeURIComponent(family)}&_count=20`,
    `/Encounter?patient=${id}&_include=Encounter:participant&_count=20`,
  ]);
  return paths.map((path) => getRequest(basePath(target) + path, { 'cache-control': 'no-cache' }));
}

function basePath({ url }: LoadTarget): string {
  return new URL(url).pathname.replace(/\/$/, '');
}

async function rounds(
  { load, options }: BenchContext,
  name: string,
  { ours, theirs }: Peers,
  requestsOf: (peer: Peer) => readonly Uint8Array[],
  least: number,
): Promise<Row> {
  const side = (peer: Peer, seconds: number) => {
    const requests = requestsOf(peer);
    const once = () => load.run(peer.target, requests, { connections: options.connections, seconds });
    return async () => (await peer.turn(once)).perSecond;
  };
  // The Java machine compiles for a while: it has longer to warm up, and longer rounds.
  await side(theirs, 10 * options.seconds)();
  await side(ours, options.seconds)();
  const pairs = await inPairs(options.pairs, side(ours, options.seconds), side(theirs, 3 * options.seconds));
  return { name, unit: '/s', ...pairs, goal: goalOf(least) };
}

async function creates({ load, options }: BenchContext, { ours, theirs }: Peers): Promise<Row> {
  const side = ({ target, data, turn }: Peer, size: number) => {
    const requests = data.observations.map((resource) =>
      writeRequest('POST', `${basePath(target)}/Observation`, Buffer.from(JSON.stringify(resource))),
    );
    return async (n: number) => {
      // The same content may be created again.
      const step = Array.from({ length: size }, (_, i) => requests[(n * size + i) % requests.length] ?? Buffer.of());
      return (await turn(() => load.run(target, step, { connections: options.connections }))).perSecond;
    };
  };
  // About as long for the one as for the other.
  const [our, their] = [side(ours, 2000), side(theirs, 250)];
  await our(0);
  // The Java machine again.
  for (let n = 0; n < 4; n++) await their(0);
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
