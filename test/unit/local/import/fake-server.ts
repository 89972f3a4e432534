import type { ImportTarget, TargetRequest } from '../../../../src/local/import/target.ts';

/** What a fake server says to one resource; a text refuses it. */
export type Verdict = (type: string, id: string | undefined) => string | undefined;

interface SentBundle {
  readonly resourceType: string;
  readonly type: string;
  readonly entry: readonly { readonly resource: { readonly resourceType: string; readonly id?: string } }[];
}

/** A target that stores nothing but what it was sent. */
export function fakeServer(verdict: Verdict = () => undefined) {
  const requests: TargetRequest[] = [];
  const stored: string[] = [];
  const outcome = (text: string) => ({ resourceType: 'OperationOutcome', issue: [{ details: { text } }] });
  const answer = (status: number, body: object) => ({ status, body: Buffer.from(JSON.stringify(body)) });

  const target: ImportTarget = {
    name: 'the fake',
    async send(request) {
      requests.push(request);
      if (request.method === 'GET') return answer(200, { resourceType: 'Bundle', entry: [] });
      const body = JSON.parse(Buffer.from(request.body ?? []).toString()) as SentBundle & { id?: string };
      if (request.path !== '') {
        const text = verdict(body.resourceType, body.id);
        if (text !== undefined) return answer(422, outcome(text));
        stored.push(`${body.resourceType}/${body.id}`);
        return answer(201, {});
      }
      const texts = body.entry.map(({ resource }) => verdict(resource.resourceType, resource.id));
      const refused = texts.find((text) => text !== undefined);
      if (body.type === 'transaction' && refused !== undefined) return answer(422, outcome(refused));
      const entry = body.entry.map(({ resource: { resourceType, id = 'new' } }, i) => {
        const text = texts[i];
        if (text !== undefined) return { response: { status: '422', outcome: outcome(text) } };
        stored.push(`${resourceType}/${id}`);
        return { response: { status: '201 Created', location: `${resourceType}/${id}/_history/1` } };
      });
      return answer(200, { resourceType: 'Bundle', type: `${body.type}-response`, entry });
    },
  };
  return { target, requests, stored };
}
