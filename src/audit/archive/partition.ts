/** ms. */
export const HOUR = 3_600_000;

/** ms after its end for which an hour may still get events: those of requests that were under way. What comes later is archived as a supplement. */
const GRACE = 900_000;

/** A range of time, ms since the epoch. */
export interface Window {
  /** Inclusive. */
  readonly since: number;
  /** Exclusive. */
  readonly until: number;
}

/** The hour of a time: `2026-11-24T13`. */
export function hourOf(time: string): string {
  return time.slice(0, 13);
}

/** When an hour begins, ms since the epoch. */
export function hourStart(hour: string): number {
  return Date.parse(`${hour}:00:00.000Z`);
}

/** The hours that lie within a range and are complete at `now`: those whose events, but late ones, have all been written. */
export function completeHours({ since, until }: Partial<Window>, now: number): Window {
  const complete = Math.floor((now - GRACE) / HOUR) * HOUR;
  return {
    since: since === undefined ? Number.NEGATIVE_INFINITY : Math.ceil(since / HOUR) * HOUR,
    until: until === undefined ? complete : Math.min(complete, Math.floor(until / HOUR) * HOUR),
  };
}

/** The folder of an hour's objects, partitioned as Hive and Athena read it. */
export function partitionOf(hour: string): string {
  const [year, month, day, at] = hour.split(/[-T]/);
  return `audit/year=${year}/month=${month}/day=${day}/hour=${at}`;
}

/** An object's path; `writer` makes it one that no other run of the archiver writes. */
export function objectPath(hour: string, sha256: string, writer: string): string {
  return `${partitionOf(hour)}/${sha256.slice(0, 16)}-${writer}.ndjson.gz`;
}
