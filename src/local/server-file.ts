import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the owner of a data folder finds the server that runs on it. */
export interface ServerFile {
  readonly url: string;
  readonly pid: number;
  /** Known to whoever may read the folder: what the owner's own commands identify themselves with, in the header `x-fwoa-owner`. */
  readonly secret: string;
}

const FILE = 'server.json';

/** A secret for {@link ServerFile}: new at each start. */
export function newSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Writes `server.json`, whole or not at all, readable by the owner alone. */
export function writeServerFile(folder: string, server: Omit<ServerFile, 'pid'>): ServerFile {
  const content: ServerFile = { url: server.url, pid: process.pid, secret: server.secret };
  const draft = join(folder, `${FILE}.${process.pid}`);
  writeFileSync(draft, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  renameSync(draft, join(folder, FILE));
  return content;
}

/** What a server wrote; it may have been killed since: the folder's lock tells. */
export function readServerFile(folder: string): ServerFile | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, FILE), 'utf8')) as ServerFile;
  } catch {
    // There is none, or it is from a server that was killed while it wrote.
    return undefined;
  }
}

export function removeServerFile(folder: string): void {
  rmSync(join(folder, FILE), { force: true });
}
