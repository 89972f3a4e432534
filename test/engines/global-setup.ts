import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { TestProject } from 'vitest/node';
import { isInstalled, type StartedEngine, start } from '../../scripts/engines/engines.mjs';
import { running } from '../../scripts/engines/running.mjs';
import { ENGINE_VARIABLES, type Engine } from './engines.ts';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const ENGINES = Object.keys(ENGINE_VARIABLES) as Engine[];

/**
 * Finds the engines that the run's tests need, and starts those that are installed and do not run. Without them their suites are skipped, and
 * the run says so; with `FWOA_REQUIRE_ENGINES` it fails.
 */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const needed = await neededEngines(project);
  const found = running();
  const started: StartedEngine[] = [];
  const missing: Engine[] = [];
  for (const engine of needed) {
    const variable = ENGINE_VARIABLES[engine];
    if (process.env[variable] !== undefined) continue;
    if (found[engine] === undefined && isInstalled(engine)) started.push(await start(engine));
    const url = found[engine]?.url ?? started.find(({ name }) => name === engine)?.url;
    if (url === undefined) missing.push(engine);
    else process.env[variable] = url;
  }
  if (missing.length === 0 && started.length === 0) return undefined;
  const text = `Without ${missing.join(', ')}: the suites that need them are skipped. To run them: npm run engines`;
  if (missing.length > 0 && process.env.FWOA_REQUIRE_ENGINES !== undefined) throw new Error(text);
  if (missing.length > 0) process.stderr.write(`\n${text}\n`);
  return async () => {
    await Promise.all(started.map((engine) => engine.stop()));
    if (missing.length > 0) process.stderr.write(`\n${text}\n`);
  };
}

/** Of the files that will run: those that ask for an engine by its name. */
async function neededEngines(project: TestProject): Promise<readonly Engine[]> {
  // As vitest itself takes its command line: what is no flag is a part of a file's name.
  const filters = process.argv.slice(2).filter((argument) => !argument.startsWith('-') && argument !== 'run');
  const { testFiles } = await project.globTestFiles(filters);
  const seen = new Map<string, string>();
  for (const file of testFiles) readWithImports(file, seen);
  const asking = [...seen.values()].filter((text) => text.includes('engineUrl(') || text.includes('startEngine('));
  return ENGINES.filter((engine) => asking.some((text) => text.includes(`'${engine}'`)));
}

/** A test's text, and those of the tests' own files that it imports. */
function readWithImports(file: string, seen: Map<string, string>): void {
  if (seen.has(file) || !file.startsWith(TESTS)) return;
  const text = readFileSync(file, 'utf8');
  seen.set(file, file.endsWith('engines/engines.ts') || file.endsWith('global-setup.ts') ? '' : text);
  for (const [, path = ''] of text.matchAll(/\bfrom '(\.{1,2}\/[^']+\.ts)'/g))
    readWithImports(resolve(dirname(file), path), seen);
}
