/** `audit-20240501T093000.000Z.ndjson`: by its name, files are in the order in which they were begun. */
const NAME = /^audit-(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)\.(\d{3})Z\.ndjson(\.gz)?$/;

/** A file of the log. */
export interface AuditFile {
  /** Its name without `.gz`. */
  readonly name: string;
  readonly packed: boolean;
  /** When it was begun, ms since the epoch: every event in it was written then or later. */
  readonly start: number;
}

/** The name of a file that is begun at `start`, ms since the epoch. */
export function auditFileName(start: number): string {
  return `audit-${new Date(start).toISOString().replace(/[-:]/g, '')}.ndjson`;
}

/** The log's files among the names in a folder, oldest first. Where one is there packed and plain, packing it is not finished: the plain one counts. */
export function auditFiles(names: readonly string[]): readonly AuditFile[] {
  const files = new Map<string, AuditFile>();
  for (const each of names) {
    const match = NAME.exec(each);
    if (match === null) continue;
    const [, year, month, day, hour, minute, second, ms, gz] = match;
    const start = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${ms}Z`);
    const packed = gz !== undefined;
    const name = packed ? each.slice(0, -'.gz'.length) : each;
    if (!packed || !files.has(name)) files.set(name, { name, packed, start });
  }
  return [...files.values()].sort((a, b) => a.start - b.start);
}
