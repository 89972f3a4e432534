import type { ImportTarget } from './target.ts';

interface Transaction {
  readonly entry?: readonly {
    readonly request?: { readonly method?: string; readonly ifNoneExist?: string };
    readonly resource?: {
      readonly resourceType?: string;
      readonly identifier?: readonly { readonly system?: string; readonly value?: string }[];
    };
  }[];
}

/** How far a server's clock may be behind ours, in ms. */
const CLOCK_MARGIN = 60_000;
const MAX_QUESTIONS = 3;

/**
 * Whether a transaction that an import was cut off in had arrived. It is stored whole or not at all, so one resource that it made tells:
 * it is looked for by its identifiers. A transaction that may be repeated without harm (PUT, `ifNoneExist`) need not be known of.
 *
 * @param begun when it was sent, RFC 3339
 */
export async function hasArrived(
  content: Buffer,
  begun: string,
  target: ImportTarget,
  onNote: (text: string) => void,
  name: string,
): Promise<boolean> {
  const { entry = [] } = JSON.parse(content.toString()) as Transaction;
  const made = entry.filter(({ request }) => request?.method === 'POST' && request.ifNoneExist === undefined);
  const questions = made.flatMap(({ resource }) => {
    const identifier = resource?.identifier?.find(({ system, value }) => system !== undefined && value !== undefined);
    if (identifier === undefined || resource?.resourceType === undefined) return [];
    const token = [identifier.system ?? '', identifier.value ?? '']
      .map((part) => part.replace(/[\\,$|]/g, '\\$&'))
      .join('|');
    const since = new Date(Date.parse(begun) - CLOCK_MARGIN).toISOString();
    const query = new URLSearchParams({ identifier: token, _lastUpdated: `ge${since}`, _count: '1', _elements: 'id' });
    return [`${resource.resourceType}?${query}`];
  });
  for (const path of questions.slice(0, MAX_QUESTIONS)) {
    const { status, body } = await target.send({ method: 'GET', path });
    if (status !== 200) continue;
    const { entry: found = [] } = JSON.parse(Buffer.from(body).toString()) as { entry?: unknown[] };
    if (found.length > 0) return true;
  }
  if (made.length > 0 && questions.length === 0) {
    onNote(
      `${name} was being sent when the last import ended, and nothing in it tells whether it arrived: it is sent again.`,
    );
  }
  return false;
}
