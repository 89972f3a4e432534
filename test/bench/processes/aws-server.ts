import { randomUUID } from 'node:crypto';
import { Client } from '@opensearch-project/opensearch';
import { loadConfig } from '../../../src/config/load-config.ts';
import { startLocalServer } from '../../../src/local/start-local-server.ts';
import { openAwsStore } from '../../../src/storage/aws/open-aws-store.ts';
import { createTableIfMissing } from '../../../src/storage/aws/table/create-table.ts';
import { connectDynamo } from '../../../src/storage/aws/table/wire/connect-dynamo.ts';
import type { LoadTarget } from '../load/load.ts';
import { signIn } from './fwoa-process.ts';
import { type Memory, memoryOf } from './memory.ts';
import { startRole } from './role-process.ts';

/** The server with keys, tokens, roles and audit, its storage DynamoDB and OpenSearch. */
export interface AwsServer extends LoadTarget {
  readonly pid: number;
  memory(): Memory;
  /** What a type of request has consumed since it was asked last, in capacity units: how many requests to DynamoDB, and units. */
  consumed(): Promise<Consumed>;
  stop(): Promise<void>;
}

/** By DynamoDB's operations. */
export type Consumed = Readonly<Record<string, { readonly requests: number; readonly units: number }>>;

export type AwsTask =
  | {
      readonly op: 'start';
      readonly data: string;
      readonly dynamo: string;
      readonly search: string;
      readonly capacity: boolean;
    }
  | { readonly op: 'consumed' };

/** Starts it in a process of its own, on a table and indexes of its own. */
export async function startAwsServer(
  data: string,
  engines: { readonly dynamo: string; readonly search: string },
  capacity = false,
): Promise<AwsServer> {
  const role = startRole<AwsTask, string | Consumed>('aws-server');
  const url = (await role.ask({ op: 'start', data, capacity, ...engines })) as string;
  return {
    url,
    headers: await signIn(data),
    pid: role.pid,
    memory: () => memoryOf(role.pid),
    consumed: async () => (await role.ask({ op: 'consumed' })) as Consumed,
    stop: () => role.end(),
  };
}

/** In the child process. */
export function createAwsRole(): (task: AwsTask) => Promise<string | Consumed> {
  let consumed: Record<string, { requests: number; units: number }> = {};
  const count = (units: number, operation: string) => {
    const known = consumed[operation] ?? { requests: 0, units: 0 };
    consumed[operation] = { requests: known.requests + 1, units: known.units + units };
  };
  return async (task) => {
    if (task.op === 'consumed') {
      const since = consumed;
      consumed = {};
      return since;
    }
    const table = `bench-${randomUUID()}`;
    const credentials = { accessKeyId: 'bench', secretAccessKey: 'bench' };
    const onCapacity = task.capacity ? count : undefined;
    const dynamo = connectDynamo({ region: 'eu-central-1', endpoint: task.dynamo, credentials, onCapacity });
    // DynamoDB Local writes far slower with a stream, and nobody here reads one.
    await createTableIfMissing(dynamo, table, { stream: false });
    const { url } = await startLocalServer({
      data: task.data,
      port: 0,
      host: '127.0.0.1',
      durability: 'normal',
      demo: false,
      config: await loadConfig({ cwd: task.data }),
      report: (error) => process.stderr.write(`${error instanceof Error ? error.stack : error}\n`),
      openStorage: (parts) =>
        openAwsStore({ ...parts, dynamo, table, client: new Client({ node: task.search }), prefix: table }),
    });
    return url;
  };
}
