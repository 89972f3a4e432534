import { isInstalled } from '../../scripts/engines/install.mjs';
import { start } from '../../scripts/engines/start.mjs';
import type { Engine } from './engines.ts';

/** An engine of a test's own, that can crash. Its data stays in the folder that it was given. */
export interface RestartableEngine {
  /** The same after each restart. */
  readonly url: string;
  /** Ends it at once, as a crash would; resolves when it has ended. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port with the same data, killing it before when it runs; resolves when it answers. */
  readonly restart: () => Promise<void>;
}

/** Whether `startEngine` can: a suite that needs it is skipped otherwise. */
export function canStartEngine(engine: Engine): boolean {
  return isInstalled(engine);
}

/**
 * Starts an engine for a test that kills it. It ends with the test's process at the latest.
 *
 * @param engine spelled out: the run's setup looks for it
 * @param options.persistent the folder of its data
 * @throws when it is not installed, or does not start
 * @example
 * const engine = await startEngine('dynamodb', { persistent: await mkdtemp(join(tmpdir(), 'fwoa-')) });
 * await engine.kill();
 * await engine.restart();
 */
export async function startEngine(
  engine: Engine,
  { persistent }: { readonly persistent: string },
): Promise<RestartableEngine> {
  let current = await start(engine, { data: persistent });
  const { url } = current;
  const port = Number(new URL(url).port);
  return {
    url,
    kill: () => current.kill(),
    async restart() {
      await current.kill();
      current = await start(engine, { data: persistent, port });
    },
  };
}
