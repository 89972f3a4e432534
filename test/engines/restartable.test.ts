import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import {
  CreateTableCommand,
  DynamoDBClient,
  ListTablesCommand,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../unit/local/temporary-folder.ts';
import { canStartEngine, startEngine } from './restartable.ts';

const START = fileURLToPath(new URL('../../scripts/engines/start.mjs', import.meta.url));
const CLIENT = { region: 'eu-central-1', credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };

describe.skipIf(!canStartEngine('dynamodb'))('a DynamoDB Local of a test', () => {
  it('has, after a crash, all that it acknowledged', async () => {
    const engine = await startEngine('dynamodb', { persistent: temporaryFolder() });
    const dynamo = new DynamoDBClient({ ...CLIENT, endpoint: engine.url, maxAttempts: 1 });
    await dynamo.send(
      new CreateTableCommand({
        TableName: 'crash',
        BillingMode: 'PAY_PER_REQUEST',
        AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'N' }],
        KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      }),
    );
    for (let i = 0; i < 20; i++)
      await dynamo.send(new PutItemCommand({ TableName: 'crash', Item: { id: { N: String(i) } } }));

    await engine.kill();
    await expect(dynamo.send(new ListTablesCommand({}))).rejects.toThrow();
    await engine.restart();

    const found = await dynamo.send(new ScanCommand({ TableName: 'crash', Select: 'COUNT' }));
    expect(found.Count).toBe(20);
    dynamo.destroy();
    await engine.kill();
  });

  it('ends when its starter is killed', async () => {
    const code = `const { start } = await import(process.argv[1]);
      process.stdout.write((await start('dynamodb')).url);`;
    const starter = spawn(process.execPath, ['--input-type=module', '-e', code, START], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [data] = await once(starter.stdout, 'data');
    const socket = connect(Number(new URL(String(data)).port), '127.0.0.1');
    await once(socket, 'connect');
    const closed = once(socket, 'close');
    socket.on('error', () => undefined);

    starter.kill('SIGKILL');

    await closed;
  });
});

describe.skipIf(!canStartEngine('opensearch'))('an OpenSearch of a test', () => {
  it('has, after a crash, all that it acknowledged', async () => {
    const engine = await startEngine('opensearch', { persistent: temporaryFolder() });
    const send = async (method: string, path: string, body?: object) => {
      const answer = await fetch(`${engine.url}${path}`, {
        method,
        headers: { 'content-type': 'application/json' },
        body: body && JSON.stringify(body),
      });
      expect(answer.ok).toBe(true);
      return (await answer.json()) as { readonly count?: number };
    };
    await send('PUT', '/crash', { settings: { number_of_replicas: 0 } });
    for (let i = 0; i < 20; i++) await send('PUT', `/crash/_doc/${i}`, { i });

    await engine.kill();
    await expect(fetch(engine.url)).rejects.toThrow();
    await engine.restart();

    await send('GET', '/_cluster/health/crash?wait_for_status=green&timeout=60s');
    expect((await send('GET', '/crash/_count')).count).toBe(20);
    await engine.kill();
  });
});
