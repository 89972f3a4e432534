import type { TestProject } from 'vitest/node';
import { isInstalled } from '../../scripts/engines/install.mjs';
import { running } from '../../scripts/engines/running.mjs';
import { type StartedEngine, start } from '../../scripts/engines/start.mjs';
import { ENGINE_VARIABLES, type Engine } from './engines.ts';
import { enginesAskedFor } from './engines-asked-for.ts';

/**
 * Finds the engines that the run's tests need, and starts those that are installed and do not run. Without them their suites are skipped, and
 * the run says so; with `FWOA_REQUIRE_ENGINES=1` it fails.
 */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  // As `start` of vitest has them from its command line; it has no public name for them.
  const { filenamePattern } = project.vitest as unknown as { readonly filenamePattern?: string[] };
  const { testFiles } = await project.globTestFiles(filenamePattern);
  const { toUse, toStart } = enginesAskedFor(testFiles);
  const found = running();
  const urls = new Map<Engine, string>();
  for (const engine of toUse) {
    const url = process.env[ENGINE_VARIABLES[engine]] ?? found[engine]?.url;
    if (url !== undefined) urls.set(engine, url);
  }
  const started = await startAll(toUse.filter((engine) => !urls.has(engine) && isInstalled(engine)));
  for (const { name, url } of started) urls.set(name as Engine, url);
  for (const [engine, url] of urls) process.env[ENGINE_VARIABLES[engine]] = url;
  const missing = [
    ...toUse.filter((engine) => !urls.has(engine)),
    ...toStart.filter((engine) => !isInstalled(engine) && (urls.has(engine) || !toUse.includes(engine))),
  ];
  const stop = () => Promise.all(started.map((engine) => engine.stop()));
  if (missing.length === 0) return async () => void (await stop());
  const text = `Without ${missing.join(', ')}: the suites that need them are skipped. To run them: npm run engines`;
  if (process.env.FWOA_REQUIRE_ENGINES === '1') {
    await stop();
    throw new Error(text);
  }
  const say = () => process.stderr.write(`\n${text}\n`);
  say();
  return async () => {
    await stop();
    say();
  };
}

/** Starts engines at the same time; all or none. */
async function startAll(engines: readonly Engine[]): Promise<readonly StartedEngine[]> {
  const results = await Promise.allSettled(engines.map((engine) => start(engine)));
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed === undefined) return started;
  await Promise.all(started.map((engine) => engine.stop()));
  throw failed.reason;
}
