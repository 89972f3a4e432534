import { InvalidArgumentError } from 'commander';

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** A time in RFC 3339 or as long ago (`2h`, `7d`), ms since the epoch. */
export function pointInTime(value: string, now: number): number {
  const [, amount, unit = ''] = /^(\d{1,6})([smhdw])$/.exec(value) ?? [];
  if (amount !== undefined) return now - Number(amount) * (UNITS[unit] ?? 0);
  const isTime = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/.test(value);
  const time = isTime ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError('It is a time such as 2024-05-01, 2024-05-01T09:30:00Z, 30m, 2h or 7d.');
}

/** `Patient/1` or `1`. */
export function patientId(value: string): string {
  const id = value.replace(/^Patient\//, '');
  if (ID.test(id)) return id;
  throw new InvalidArgumentError('It is the id of a Patient.');
}

/** `Observation` or `Observation/1`. */
export function resourceName(value: string): { readonly type: string; readonly id?: string | undefined } {
  const [, type, id] = /^([A-Z][A-Za-z]{1,63})(?:\/(.*))?$/.exec(value) ?? [];
  if (type !== undefined && (id === undefined || ID.test(id))) return { type, id };
  throw new InvalidArgumentError('It is a type, or type and id: Observation or Observation/1.');
}

/** How many events: a number, or all. */
export function eventLimit(value: string): number | 'all' {
  if (value === 'all') return 'all';
  const number = /^\d{1,7}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= 1_000_000) return number;
  throw new InvalidArgumentError('It is a whole number from 1 to 1000000, or all.');
}
