import type { Query } from './query-dsl.ts';
import { type EngineRequest, send } from './request.ts';
import type { SearchContext } from './search-context.ts';

/** So many requests of one search are under way at once. */
const AT_ONCE = 4;

/** One search: its requests, a few at a time, and what its parts have come to, each once. */
export interface SearchSession {
  readonly context: SearchContext;
  readonly send: <T>(request: EngineRequest) => Promise<T>;
  /** Parts that are equal are resolved once, under one key. */
  readonly resolved: Map<string, Promise<Query>>;
}

export function createSession(context: SearchContext): SearchSession {
  let running = 0;
  const waiting: (() => void)[] = [];
  return {
    context,
    resolved: new Map(),
    async send(request) {
      if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
      else running++;
      try {
        return await send(context, request);
      } finally {
        // Whoever waits takes the place over.
        const next = waiting.shift();
        if (next === undefined) running--;
        else next();
      }
    },
  };
}
