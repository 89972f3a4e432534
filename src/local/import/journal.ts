import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemCode } from '../../config/problem.ts';

/**
 * What is known of a file, by its content:
 * - begun: it was being sent, all of it in one request. Whether it arrived was not noted before the end of that process.
 * - part: all of its lines up to `line` were answered.
 * - done: all of it was answered.
 * - refused: it was answered, and nothing of it was stored.
 */
export interface JournalEntry {
  readonly sha256: string;
  /** Its name then. */
  readonly file: string;
  readonly state: 'begun' | 'part' | 'done' | 'refused';
  readonly line?: number | undefined;
  /** How many resources of it were refused, when `done`. */
  readonly refused?: number | undefined;
  /** RFC 3339. */
  readonly at: string;
}

/** What was imported into one server so far. */
export interface Journal {
  /** The newest entry on a content. */
  find(sha256: string): JournalEntry | undefined;
  add(entry: Omit<JournalEntry, 'at'>): void;
}

/** Opens a journal: a file of JSON lines that is only appended to. The end of the process at any moment leaves it whole but for its last line. */
export function openJournal(file: string, now: () => number = Date.now): Journal {
  const newest = new Map<string, JournalEntry>();
  const text = readText(file);
  for (const line of text.split('\n')) {
    const entry = parseLine(line);
    if (entry !== undefined) newest.set(entry.sha256, entry);
  }
  // After a line cut off half-way the next one starts afresh.
  let lead = text === '' || text.endsWith('\n') ? '' : '\n';
  return {
    find: (sha256) => newest.get(sha256),
    add(fields) {
      const entry: JournalEntry = { ...fields, at: new Date(now()).toISOString() };
      newest.set(entry.sha256, entry);
      appendFileSync(file, `${lead}${JSON.stringify(entry)}\n`, { mode: 0o600 });
      lead = '';
    },
  };
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    return '';
  }
}

function parseLine(line: string): JournalEntry | undefined {
  try {
    const entry = JSON.parse(line) as JournalEntry;
    return typeof entry.sha256 === 'string' ? entry : undefined;
  } catch {
    // Blank, or cut off.
    return undefined;
  }
}
