import { type Client, errors } from '@opensearch-project/opensearch';
import type { SearchContext } from '../../../../../src/storage/aws/search/search-context.ts';

/** A request as it reaches OpenSearch. */
export interface SentRequest {
  readonly method: string;
  readonly path: string;
  readonly querystring: Readonly<Record<string, unknown>>;
  readonly body: string | undefined;
}

/** What a request is answered: a body, or an error's status. */
export type Answer = (request: SentRequest) => object | number;

/** A context whose OpenSearch answers as told, and what it was asked: for what the real one can't be made to do. */
export function fakeEngine(
  answer: Answer,
  more: Partial<SearchContext> = {},
): { context: SearchContext; sent: SentRequest[] } {
  const sent: SentRequest[] = [];
  const request = async (params: SentRequest) => {
    sent.push(params);
    const body = answer(params);
    if (typeof body !== 'number') return { body };
    throw new errors.ResponseError({
      body: { error: { type: 'some_exception', reason: 'Anna' }, status: body },
      statusCode: body,
      headers: {},
      warnings: null,
      meta: {},
    } as never);
  };
  const context: SearchContext = {
    client: { transport: { request } } as unknown as Client,
    indexOf: (type) => type.toLowerCase(),
    isCaseSensitive: () => false,
    readVersion: async () => undefined,
    ...more,
  };
  return { context, sent };
}
