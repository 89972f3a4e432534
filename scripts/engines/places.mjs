// What a started engine leaves while it runs: a folder with its log, its data and its process id.
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { FOLDER } from './folder.mjs';
import { isEngine } from './processes.mjs';

const PLACES = join(FOLDER, 'places');

/** ms after which a place without a process has been left by a start that was killed. */
const BEGINS_WITHIN = 60_000;

export function openPlace(name) {
  mkdirSync(PLACES, { recursive: true, mode: 0o700 });
  const folder = mkdtempSync(join(PLACES, `${name}-`));
  return { folder, log: join(folder, 'log'), data: join(folder, 'data') };
}

export function claimPlace(folder, pid) {
  writeFileSync(join(folder, 'pid'), String(pid));
}

export function closePlace(folder) {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

/** Takes away what engines left that were killed. */
export function sweepPlaces() {
  if (!existsSync(PLACES)) return;
  for (const name of readdirSync(PLACES)) {
    const folder = join(PLACES, name);
    if (isLeft(folder)) closePlace(folder);
  }
}

function isLeft(folder) {
  try {
    const pid = join(folder, 'pid');
    if (existsSync(pid)) return !isEngine(Number(readFileSync(pid, 'utf8')));
    return Date.now() - statSync(folder).mtimeMs > BEGINS_WITHIN;
  } catch {
    // Another run took it away just now.
    return false;
  }
}
