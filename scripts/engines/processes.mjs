import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { FOLDER } from './folder.mjs';

/** Whether there is a process of this id. */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether the process of this id is one of our engines: after a restart of the machine the id may be another's. */
export function isEngine(pid) {
  return isAlive(pid) && commandOf(pid).includes(FOLDER);
}

function commandOf(pid) {
  if (existsSync('/proc/self/cmdline')) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
    } catch {
      return '';
    }
  }
  return spawnSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).stdout ?? '';
}
