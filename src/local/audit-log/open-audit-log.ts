import { chmodSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditPort } from '../../audit/audit-port.ts';
import { AuditLog } from './audit-log.ts';
import { type Disk, REAL_DISK } from './disk.ts';
import { auditFiles } from './file-names.ts';
import { LogFile } from './log-file.ts';
import { Packer, UNFINISHED } from './pack.ts';
import { repairFile } from './repair.ts';

export interface AuditLogOptions {
  /** `full`: an event is flushed to the disk before its answer goes out; `normal`: it survives the process, not a power cut. Default: normal. */
  readonly durability?: 'normal' | 'full' | undefined;
  /** A file that has reached this many bytes is followed by another; default 64 MiB. Each day (UTC) begins one too. */
  readonly maxBytes?: number | undefined;
  /** Pack files to which nothing will be added (gzip); default: true. */
  readonly pack?: boolean | undefined;
  /** ms after its last event that a file is deleted; default: never. */
  readonly keep?: number | undefined;
  /** ms after a failure for which nothing is tried again; default 1000. */
  readonly retryAfter?: number | undefined;
  /** Gets what goes wrong in the background, and what a start finds broken. */
  readonly report: (error: unknown) => void;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** Default: the operating system's. */
  readonly disk?: Disk | undefined;
}

/** An audit log in files, open for writing. */
export interface OpenAuditLog extends Required<AuditPort> {
  /** Resolves when what was rotated is packed. */
  idle(): Promise<void>;
  /** Writes what waits and lets the file go; what can't be written is reported. */
  close(): Promise<void>;
}

/**
 * Opens the audit log in a folder, made if it is not there (0700, its files 0600), and repairs what a process that was killed left in it.
 * One process at a time: whoever holds the data folder.
 *
 * @throws the system's error when the folder can't be written
 */
export function openAuditLog(folder: string, options: AuditLogOptions): OpenAuditLog {
  const { durability = 'normal', maxBytes = 2 ** 26, pack = true, keep, retryAfter = 1000, report } = options;
  const { now = Date.now, disk = REAL_DISK } = options;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  chmodSync(folder, 0o700);
  const plain = prepare(folder, report);
  const newest = plain.at(-1);
  const packer = new Packer(folder, report);
  const onRotated = (name: string) => {
    if (keep !== undefined) deleteOld(folder, now() - keep, report);
    if (pack) packer.add(name);
  };
  const flush = durability === 'full';
  const last = newest && { ...newest, size: statSync(join(folder, newest.name)).size };
  const file = new LogFile({ folder, disk, maxBytes, flush, now, onRotated }, last);
  for (const { name } of plain) if (name !== file.name) onRotated(name);
  if (keep !== undefined) deleteOld(folder, now() - keep, report);
  const log = new AuditLog(file, { flush, retryAfter, now });
  return {
    ready: () => log.ready(),
    record: (event) => log.record(event),
    idle: () => packer.idle(),
    async close() {
      await log.close().catch(report);
      await packer.stop();
    },
  };
}

/**
 * Deletes the files that have had no event since a time: those that another one followed before it.
 *
 * @param before ms since the epoch
 */
function deleteOld(folder: string, before: number, report: (error: unknown) => void): void {
  const files = auditFiles(readdirSync(folder));
  for (const [i, { name, packed }] of files.entries()) {
    const next = files[i + 1];
    if (next === undefined || next.start >= before) return;
    try {
      rmSync(join(folder, packed ? `${name}.gz` : name));
    } catch (error) {
      report(error);
    }
  }
}

/** Repairs the files that are not packed, and gives them, oldest first. */
function prepare(folder: string, report: (error: unknown) => void) {
  const names = readdirSync(folder);
  for (const name of names) if (name.endsWith(UNFINISHED)) rmSync(join(folder, name));
  const plain = auditFiles(names).filter(({ packed }) => !packed);
  for (const { name } of plain) {
    const cut = repairFile(folder, name);
    if (cut > 0) report(new Error(`${name} ended within a line; its last ${cut} bytes are in ${name}.torn now.`));
  }
  return plain;
}
