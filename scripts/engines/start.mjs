import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ENDS_WITH_INPUT, ENGINES } from './definitions.mjs';
import { folderOf, isInstalled } from './install.mjs';
import { claimPlace, closePlace, openPlace, sweepPlaces } from './places.mjs';
import { freePorts, openTo } from './ports.mjs';
import { EngineProblem } from './run.mjs';

/** ms within which an engine must answer. */
const READY_WITHIN = 240_000;

/**
 * Starts an engine, and resolves when it answers.
 *
 * @param name of the engine
 * @param options.data a folder that outlives it; default: one that goes with it, or memory
 * @param options.port default: a free one
 * @param options.detached it goes on when this process ends; otherwise it ends with it, however that ends
 */
export async function start(name, { data, port, detached = false } = {}) {
  if (!isInstalled(name)) throw new EngineProblem(`${name} is not installed: npm run engines`);
  sweepPlaces();
  const engine = ENGINES[name];
  const place = openPlace(name);
  const [free, secondPort] = await freePorts(2);
  const own = engine.needsData ? place.data : undefined;
  const at = { temporary: place.folder, port: port ?? free, secondPort, data: data ?? own };
  if (at.data !== undefined) mkdirSync(at.data, { recursive: true });
  const child = launch(engine.start(folderOf(name), at), place.log, detached);
  const kill = () => {
    child.kill('SIGKILL');
    closePlace(place.folder);
  };
  process.once('exit', kill);
  const end = async (signal) => {
    await endChild(child, signal);
    process.removeListener('exit', kill);
    closePlace(place.folder);
  };
  const url = `http://127.0.0.1:${at.port}`;
  try {
    await answering(child, url, engine, place.log);
    const open = await openTo(at.port);
    if (open.length > 0) throw new EngineProblem(`${engine.title} listens on ${open.join(', ')} too: it was ended.`);
    claimPlace(place.folder, child.pid);
  } catch (error) {
    await end('SIGKILL');
    throw error;
  }
  if (detached) {
    process.removeListener('exit', kill);
    child.unref();
  }
  const { pid } = child;
  return { name, url, pid, place: place.folder, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}

function launch({ command, argv, env = {}, files = [] }, log, detached) {
  for (const [path, content] of files) writeFileSync(path, content);
  const out = openSync(log, 'w', 0o600);
  const tie = detached ? undefined : '1';
  const child = spawn(command, argv, {
    // Its input is a pipe from this process, and ends when that does.
    stdio: [detached ? 'ignore' : 'pipe', out, out],
    detached,
    env: { ...process.env, ...env, [ENDS_WITH_INPUT]: tie },
  });
  closeSync(out);
  child.stdin?.on('error', () => undefined);
  return child;
}

async function answering(child, url, engine, log) {
  const end = performance.now() + READY_WITHIN;
  let failure;
  child.once('error', (error) => {
    failure = error;
  });
  while (performance.now() < end && failure === undefined && (child.pid === undefined || !hasEnded(child))) {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(5000) });
      await answer.arrayBuffer();
      if (engine.isReady(answer.status)) return;
    } catch {
      // Not yet.
    }
    await sleep(50);
  }
  const ended = failure?.message ?? child.exitCode ?? child.signalCode ?? 'it does not answer';
  const said = readFileSync(log, 'utf8').slice(-1500).trim();
  throw new EngineProblem(`${engine.title} did not start (${ended}).${said === '' ? '' : `\n${said}`}`);
}

function hasEnded({ pid, exitCode, signalCode }) {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

async function endChild(child, signal) {
  if (hasEnded(child)) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  const forced = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(forced);
}
