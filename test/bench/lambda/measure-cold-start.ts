// How long a container of the api function takes to begin, and for its first request of each kind, in a bare Node process, on DynamoDB Local and a real
// OpenSearch. After `npm run build` and `npm run engines`, with their URLs in FWOA_DYNAMODB_URL, FWOA_OPENSEARCH_URL and FWOA_AWS_URL:
//   npx esbuild test/bench/lambda/*.ts --bundle --packages=external --format=esm --platform=node --outdir=dist/cold && node dist/cold/measure-cold-start.js
// `--runs N` (default 5), `--profile DIR` (CPU profiles of the containers go there), `--json`, `--function DIR` (default dist/functions/api).
import { execFileSync, fork } from 'node:child_process';
import { Console } from 'node:console';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { clientPartition } from '../../../src/auth/access-partitions.ts';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { createTableIfMissing } from '../../../src/storage/aws/table/create-table.ts';
import { connectDynamo } from '../../../src/storage/aws/table/wire/connect-dynamo.ts';
import { coldEvents } from './cold-events.ts';

interface Lived {
  readonly bare: number;
  readonly init: number;
  readonly rssInit: number;
  readonly rss: number;
  readonly requests: readonly {
    readonly name: string;
    readonly status: number;
    readonly ms: number;
    readonly body?: string;
  }[];
}

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    profile: { type: 'string' },
    json: { type: 'boolean', default: false },
    function: { type: 'string', default: 'dist/functions/api' },
  },
});
const FUNCTION = resolve(flags.function);
const CONTAINER = join(process.cwd(), 'dist/cold/cold-container.js');
const KEY_ID = 'key0123456';
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

const engine = (name: string): string => {
  const url = process.env[name];
  if (url === undefined)
    throw new Error(`${name} is not set: start the engines (npm run engines) and say where they are.`);
  return url;
};

/** An issuer of tokens, over HTTPS as it must be, with a certificate of its own. */
async function startIssuer(folder: string) {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=localhost'];
  const names = ['-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...request, ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'RS256', use: 'sig' };
  const server: Server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (_, response) => {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((fulfil) => server.listen(0, '127.0.0.1', fulfil));
  const issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: issuer,
    sub: 'u1',
    username: 'ann',
    client_id: 'app',
    token_use: 'access',
    iat: now,
    exp: now + 3600,
  };
  const signed = `${part({ alg: 'RS256', kid: 'k1' })}.${part({ ...claims, 'cognito:groups': ['practitioner'] })}`;
  const token = `${signed}.${sign('sha256', Buffer.from(signed), privateKey).toString('base64url')}`;
  return { issuer, token, cert, close: () => server.close() };
}

function live(
  env: NodeJS.ProcessEnv,
  events: readonly { readonly name: string; readonly event: object }[],
): Promise<Lived> {
  const execArgv = flags.profile === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${flags.profile}`];
  return new Promise((fulfil, reject) => {
    const child = fork(CONTAINER, [], { env, execArgv, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    child.once('message', (lived) => fulfil(lived as Lived));
    child.once('exit', () => reject(new Error('The container ended before it had answered.')));
    child.send({ bundle: join(FUNCTION, 'index.mjs'), events });
  });
}

const median = (numbers: readonly number[]): number =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;

/** Bytes of code below a folder. */
function codeSize(folder: string): number {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => /\.[cm]?js$/.test(name))
    .reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
}

const folder = mkdtempSync(join(tmpdir(), 'fwoa-cold-'));
const suffix = randomBytes(4).toString('hex');
const table = `fwoa-cold-${suffix}`;
const dynamo = connectDynamo({ region: 'us-east-1', endpoint: engine('FWOA_DYNAMODB_URL'), credentials: CREDENTIALS });
const issuer = await startIssuer(folder);
try {
  await createTableIfMissing(dynamo, table);
  await fetch(new URL(`/fwoa-cold-${suffix}`, engine('FWOA_AWS_URL')), { method: 'PUT' });
  const client = { pk: { S: clientPartition('-', KEY_ID) }, v: { N: '0' }, n: { S: 'cold' } };
  await dynamo.call('PutItem', { TableName: table, Item: client }, performance.now() + 5000);
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    NODE_EXTRA_CA_CERTS: issuer.cert,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
    FWOA_FHIR_VERSION: '4.0.1',
    FWOA_BASE_URL: 'https://api.example.org/prod',
    FWOA_TABLE: table,
    FWOA_TABLE_ENDPOINT: engine('FWOA_DYNAMODB_URL'),
    FWOA_SEARCH_ENDPOINT: engine('FWOA_OPENSEARCH_URL'),
    FWOA_SEARCH_PREFIX: `fwoa-cold-${suffix}`,
    FWOA_SEARCH_SIGNED_FOR: 'es',
    FWOA_BUCKET: `fwoa-cold-${suffix}`,
    FWOA_BUCKET_ENDPOINT: engine('FWOA_AWS_URL'),
    FWOA_USER_ISSUER: issuer.issuer,
    FWOA_USER_KEYS: `${issuer.issuer}/keys`,
    FWOA_USER_CLIENT_IDS: 'app',
    FWOA_CONFIG: JSON.stringify(resolveConfig({})),
  };
  const events = Object.entries(coldEvents(issuer.token, KEY_ID)).map(([name, event]) => ({ name, event }));
  // Makes what is read, and warms the engines, which are not what is measured.
  await live(env, events);
  const runs = Number(flags.runs);
  const inits: Lived[] = [];
  const rows: Record<
    string,
    { status: number; ms: number; 'then again ms': number; 'MB after': number; said?: string }
  > = {};
  for (const event of events) {
    const first: Lived[] = [];
    for (let i = 0; i < runs; i++) first.push(await live(env, [event, event]));
    inits.push(...first);
    const [one, two] = [0, 1].map((place) => median(first.map(({ requests }) => requests[place]?.ms ?? Number.NaN)));
    const { status = 0, body } = first[0]?.requests[0] ?? {};
    rows[event.name] = {
      status,
      ms: Math.round(one ?? 0),
      'then again ms': Math.round((two ?? 0) * 10) / 10,
      'MB after': median(first.map(({ rss }) => rss)),
      ...(body !== undefined && { said: body }),
    };
  }
  const all = await live(env, events);
  const summary = {
    'code, bytes': codeSize(FUNCTION),
    'bare Node, MB': median(inits.map(({ bare }) => bare)),
    'init, ms': Math.round(median(inits.map(({ init }) => init))),
    'after init, MB': median(inits.map(({ rssInit }) => rssInit)),
    'after one request of each kind, MB': all.rss,
  };
  if (flags.json) process.stdout.write(`${JSON.stringify({ summary, first: rows })}\n`);
  else for (const each of [summary, rows]) new Console(process.stdout).table(each);
} finally {
  await dynamo.call('DeleteTable', { TableName: table }, performance.now() + 5000);
  dynamo.close();
  issuer.close();
  rmSync(folder, { recursive: true, force: true });
  await fetch(new URL(`/fwoa-cold-${suffix}*`, engine('FWOA_OPENSEARCH_URL')), { method: 'DELETE' });
}
