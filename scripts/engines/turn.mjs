import { linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { FOLDER } from './folder.mjs';
import { isAlive } from './processes.mjs';

const FILE = join(FOLDER, 'turn');

/** Does a work that must not be done twice at the same time, when others that do it have ended. */
export async function inTurn(work) {
  mkdirSync(FOLDER, { recursive: true });
  let told = false;
  for (let holder = takeTurn(); holder !== undefined; holder = takeTurn()) {
    if (!told) process.stderr.write(`Another npm run engines is at work (process ${holder}); waiting for it …\n`);
    told = true;
    await sleep(200);
  }
  const leave = () => rmSync(FILE, { force: true });
  process.once('exit', leave);
  try {
    return await work();
  } finally {
    process.removeListener('exit', leave);
    leave();
  }
}

/** @returns who has it; undefined when it is ours now */
function takeTurn() {
  const own = `${FILE}-${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    // A file that is there at once with what it says, or not at all.
    linkSync(own, FILE);
    return undefined;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  } finally {
    rmSync(own, { force: true });
  }
  const holder = holderOf();
  if (holder !== undefined && isAlive(holder)) return holder;
  // It was killed. Who comes first takes it.
  rmSync(FILE, { force: true });
  return takeTurn();
}

function holderOf() {
  try {
    return Number(readFileSync(FILE, 'utf8')) || undefined;
  } catch {
    return undefined;
  }
}
