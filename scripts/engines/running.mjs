// The engines that `npm run engines` has started: `.cache/engines/running.json`.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from './engines.mjs';

const FILE = join(FOLDER, 'running.json');

/** Those that still run: a machine that was restarted has none of them. */
export function running() {
  if (!existsSync(FILE)) return {};
  let kept;
  try {
    kept = JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return {};
  }
  return Object.fromEntries(Object.entries(kept).filter(([, { pid }]) => isAlive(pid)));
}

export function keepRunning(engines) {
  writeFileSync(`${FILE}.new`, JSON.stringify(engines, null, 2), { mode: 0o600 });
  renameSync(`${FILE}.new`, FILE);
}

/** Ends one and takes away what it leaves. */
export async function stopRunning({ pid, data, log }) {
  process.kill(pid, 'SIGTERM');
  for (let i = 0; i < 100 && isAlive(pid); i++) await new Promise((resolve) => setTimeout(resolve, 100));
  if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  if (data !== undefined) rmSync(data, { recursive: true, force: true });
  rmSync(log, { force: true });
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
