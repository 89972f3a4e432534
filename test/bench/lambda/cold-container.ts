// A container's life, as Lambda has it: loads the function, answers events one after the other, tells how long each took. Started by measure-cold-start.ts.
import { memoryUsage } from 'node:process';

interface Work {
  readonly bundle: string;
  readonly events: readonly { readonly name: string; readonly event: object }[];
}

const megabytes = () => Math.round(memoryUsage.rss() / 2 ** 20);

process.once('message', async (work: Work) => {
  const bare = megabytes();
  const begin = performance.now();
  const { handler } = (await import(work.bundle)) as {
    handler: (event: object) => Promise<{ statusCode: number; body: string }>;
  };
  const init = performance.now() - begin;
  const rssInit = megabytes();
  const requests = [];
  for (const { name, event } of work.events) {
    const start = performance.now();
    const { statusCode, body } = await handler(event);
    requests.push({
      name,
      status: statusCode,
      ms: performance.now() - start,
      body: statusCode >= 400 ? body.slice(0, 300) : undefined,
    });
  }
  process.send?.({ bare, init, rssInit, rss: megabytes(), requests }, () => process.exit());
});
