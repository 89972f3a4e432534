/** What the bench's own child processes do; each serves one kind of task, one after the other. */
export type RoleName =
  | 'load'
  | 'bare-http'
  | 'bare-writes'
  | 'bare-queries'
  | 'core-server'
  | 'aws-server'
  | 'multiply';

type Serve = (task: never) => unknown;

const ROLES: Readonly<Record<RoleName, () => Promise<Serve>>> = {
  load: async () => (await import('../load/run-load.ts')).runLoad,
  'bare-http': async () => (await import('../reference/bare-http.ts')).serveBare,
  'bare-writes': async () => (await import('../reference/bare-writes.ts')).createBareWrites(),
  'bare-queries': async () => (await import('../reference/bare-queries.ts')).createBareQueries(),
  'core-server': async () => (await import('./core-server.ts')).serveCore,
  'aws-server': async () => (await import('./aws-server.ts')).createAwsRole(),
  multiply: async () => (await import('../growth/multiply.ts')).multiply,
};

/** The answer to a task. */
export type Reply = { readonly result: unknown } | { readonly error: string };

/** Answers tasks over the channel to the parent, until that is closed. */
export async function serveRole(name: string): Promise<void> {
  const serve = await ROLES[name as RoleName]();
  process.on('message', async (task) => {
    let reply: Reply;
    try {
      reply = { result: await serve(task as never) };
    } catch (error) {
      reply = { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
    process.send?.(reply);
  });
  process.on('disconnect', () => process.exit());
}
