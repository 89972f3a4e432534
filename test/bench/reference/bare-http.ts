import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What to answer, by path: headers as they came, name and value alternating. */
export interface BareHttpTask {
  readonly answers: ReadonlyMap<string, { readonly headers: readonly string[]; readonly body: Uint8Array }>;
}

/** Serves ready-made answers: the least that a Node HTTP server does. Resolves to the URL. */
export function serveBare({ answers }: BareHttpTask): Promise<string> {
  const prepared = new Map(
    [...answers].map(([path, { headers, body }]) => [path, { headers: asObject(headers), body }] as const),
  );
  const server = createServer((request, response) => {
    const answer = prepared.get(request.url ?? '');
    if (answer === undefined) {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, answer.headers);
    response.end(answer.body);
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
  });
}

function asObject(headers: readonly string[]): Record<string, string> {
  const object: Record<string, string> = {};
  for (let i = 0; i + 1 < headers.length; i += 2) object[headers[i] ?? ''] = headers[i + 1] ?? '';
  return object;
}
