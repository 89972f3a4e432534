// The engines that `npm run engines` has started: `running.json`.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FOLDER } from './folder.mjs';
import { closePlace } from './places.mjs';
import { isAlive, isEngine } from './processes.mjs';

const FILE = join(FOLDER, 'running.json');

/** ms that an engine has to end by itself. */
const ENDS_WITHIN = 10_000;

/** Those that still run: a machine that was restarted has none of them. */
export function running() {
  let kept;
  try {
    kept = JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {};
  }
  return Object.fromEntries(Object.entries(kept).filter(([, { pid }]) => isEngine(pid)));
}

export function keepRunning(engines) {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FILE}.new`, JSON.stringify(engines, null, 2), { mode: 0o600 });
  renameSync(`${FILE}.new`, FILE);
}

/** Ends one and takes away what it leaves. */
export async function stopRunning({ pid, place }) {
  signal(pid, 'SIGTERM');
  const end = performance.now() + ENDS_WITHIN;
  while (isAlive(pid) && performance.now() < end) await sleep(50);
  signal(pid, 'SIGKILL');
  if (place !== undefined) closePlace(place);
}

function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    // It has ended meanwhile.
    if (error.code !== 'ESRCH') throw error;
  }
}
