const LATE = ',"late":true}';

/** A line of the audit log, as the archive orders it. */
export interface ArchiveLine {
  /** RFC 3339, UTC, to the ms: times compare as their texts do. */
  readonly time: string;
  /** Without its line break. */
  readonly line: string;
  /** The same for an event and its repetition: the line without `late`, with which it is written a second time where a first write seemed to fail. */
  readonly identity: string;
}

/** Reads a line; undefined when it is no event. */
export function readArchiveLine(line: string): ArchiveLine | undefined {
  const time = timeOf(line);
  if (time === undefined) return undefined;
  return { time, line, identity: line.endsWith(LATE) ? `${line.slice(0, -LATE.length)}}` : line };
}

/** By time, then by content: negative where `a` comes first, 0 where both are the same event. */
export function compareLines(a: ArchiveLine, b: ArchiveLine): number {
  if (a.time !== b.time) return a.time < b.time ? -1 : 1;
  if (a.identity === b.identity) return 0;
  return a.identity < b.identity ? -1 : 1;
}

function timeOf(line: string): string | undefined {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value !== 'object' || value === null || !('v' in value) || !('time' in value)) return undefined;
    const time = typeof value.time === 'string' ? new Date(value.time).toISOString() : '';
    // Of years before 0 and after 9999 the text has another form.
    return time.length === 24 ? time : undefined;
  } catch {
    // No JSON, or no time.
    return undefined;
  }
}
