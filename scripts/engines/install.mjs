import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINES, SHARED_JAVA } from './definitions.mjs';
import { FOLDER } from './folder.mjs';

/** The folder of an engine: its release, and a stamp of all that it is made from, so that a change installs it anew. */
export function folderOf(name) {
  const stamp = createHash('sha256');
  for (const part of [name, SHARED_JAVA]) {
    const source = fileURLToPath(new URL(part, import.meta.url));
    for (const file of readdirSync(source).sort()) stamp.update(file).update(readFileSync(join(source, file)));
  }
  return join(FOLDER, `${name}-${ENGINES[name].version}-${stamp.digest('hex').slice(0, 8)}`);
}

export function isInstalled(name) {
  return existsSync(folderOf(name));
}

/**
 * Installs an engine; what was begun and not finished begins anew. One process at a time (`inTurn`).
 *
 * @returns whether there was anything to do
 */
export async function install(name) {
  if (isInstalled(name)) return false;
  mkdirSync(FOLDER, { recursive: true });
  for (const left of readdirSync(FOLDER).filter((entry) => entry.startsWith(`.${name}-`)))
    rmSync(join(FOLDER, left), { recursive: true, force: true });
  const partial = mkdtempSync(join(FOLDER, `.${name}-`));
  const clean = () => rmSync(partial, { recursive: true, force: true });
  process.once('exit', clean);
  try {
    await ENGINES[name].install(partial);
    renameSync(partial, folderOf(name));
  } finally {
    clean();
    process.removeListener('exit', clean);
  }
  return true;
}
