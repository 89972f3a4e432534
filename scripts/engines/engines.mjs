// Installs, starts and stops the engines that AWS's services are tested on.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { ENGINES } from './definitions.mjs';
import { EngineProblem } from './run.mjs';

/** Where they are kept. */
export const FOLDER = fileURLToPath(new URL('../../.cache/engines', import.meta.url));

/** ms within which an engine must answer. */
const READY_WITHIN = 120_000;

export { NAMES } from './definitions.mjs';

function folderOf(name) {
  return join(FOLDER, `${name}-${ENGINES[name].version}`);
}

export function isInstalled(name) {
  return existsSync(folderOf(name));
}

/** Installs an engine; what was begun and not finished begins anew. @returns whether there was anything to do */
export async function install(name) {
  if (isInstalled(name)) return false;
  mkdirSync(FOLDER, { recursive: true });
  const partial = mkdtempSync(join(FOLDER, `.${name}-`));
  try {
    await ENGINES[name].install(partial);
    renameSync(partial, folderOf(name));
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    // Another run was faster.
    if (!isInstalled(name)) throw error;
  }
  return true;
}

/**
 * Starts an engine, and resolves when it answers.
 *
 * @param name of the engine
 * @param options.data a folder that outlives it; default: one that goes with it, or memory
 * @param options.port default: a free one
 * @param options.detached it goes on when this process ends
 */
export async function start(name, { data, port, detached = false } = {}) {
  if (!isInstalled(name)) throw new EngineProblem(`${name} is not installed: npm run engines`);
  const engine = ENGINES[name];
  const own = data ?? (engine.needsData ? mkdtempSync(join(FOLDER, `.data-${name}-`)) : undefined);
  const place = { port: port ?? (await freePort()), secondPort: await freePort(), data: own };
  const { command, argv, env = {} } = engine.start(folderOf(name), place);
  const log = join(FOLDER, `${name}-${place.port}.log`);
  const out = openSync(log, 'w', 0o600);
  const child = spawn(command, argv, { stdio: ['ignore', out, out], detached, env: { ...process.env, ...env } });
  const url = `http://127.0.0.1:${place.port}`;
  const kill = () => child.kill('SIGKILL');
  process.once('exit', detached ? () => undefined : kill);
  const clean = () => {
    process.removeListener('exit', kill);
    if (own !== data) rmSync(own, { recursive: true, force: true });
    rmSync(log, { force: true });
  };
  try {
    await answering(child, url, engine.isReady, log);
  } catch (error) {
    kill();
    throw error;
  }
  if (detached) child.unref();
  return {
    name,
    url,
    pid: child.pid,
    data: own,
    log,
    stop: () => stopChild(child).then(clean),
    kill: () => stopChild(child, 'SIGKILL'),
  };
}

async function answering(child, url, isReady, log) {
  const end = Date.now() + READY_WITHIN;
  let failure;
  child.once('error', (error) => {
    failure = error;
  });
  while (Date.now() < end && failure === undefined && child.exitCode === null && child.signalCode === null) {
    try {
      const { status } = await fetch(url, { signal: AbortSignal.timeout(5000) });
      if (isReady(status)) return;
    } catch {
      // Not yet.
    }
    await sleep(100);
  }
  const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-1500) : '';
  throw new EngineProblem(`It did not start: ${failure?.message ?? said}`);
}

async function stopChild(child, signal = 'SIGTERM') {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const forced = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(forced);
}

/** A port that nobody listens on. */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}
