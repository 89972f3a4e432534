/** The ms that a date covers, since the epoch: low is the first of them, high the first after. Whole numbers. */
export interface DateRange {
  readonly low: number;
  readonly high: number;
}

const DAY = 86_400_000;
const DAYS_BEFORE_MONTH = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
const DAYS_IN_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The range of a FHIR date, dateTime or instant, or of a search value (which may lack seconds): as exact as it was written
 * (https://hl7.org/fhir/R4/search.html#date). No time zone: UTC. Undefined for anything that is not such a date, 2023-02-30 too.
 *
 * Read by hand, character by character: this runs for every date of every resource that is stored.
 */
export function dateRange(text: string): DateRange | undefined {
  const { length } = text;
  const year = digits(text, 0, 4);
  if (year < 1) return undefined;
  if (length === 4) return { low: startOfDay(year, 0, 1), high: startOfDay(year + 1, 0, 1) };
  const month = digits(text, 5, 2) - 1;
  if (text.charCodeAt(4) !== DASH || month < 0 || month > 11) return undefined;
  if (length === 7) {
    const low = startOfDay(year, month, 1);
    return { low, high: low + daysIn(year, month) * DAY };
  }
  const day = digits(text, 8, 2);
  if (text.charCodeAt(7) !== DASH || day < 1 || day > daysIn(year, month)) return undefined;
  const start = startOfDay(year, month, day);
  return length === 10 ? { low: start, high: start + DAY } : timeRange(text, start);
}

const DASH = 0x2d;
const COLON = 0x3a;
const DOT = 0x2e;
const T = 0x54;

function timeRange(text: string, start: number): DateRange | undefined {
  const hour = digits(text, 11, 2);
  const minute = digits(text, 14, 2);
  if (text.charCodeAt(10) !== T || text.charCodeAt(13) !== COLON) return undefined;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return undefined;
  let low = start + hour * 3_600_000 + minute * 60_000;
  let precision = 60_000;
  let at = 16;
  if (text.charCodeAt(at) === COLON) {
    const second = digits(text, 17, 2);
    // 60: a leap second, which a clock without them shows as the next second.
    if (second < 0 || second > 60) return undefined;
    low += second * 1000;
    precision = 1000;
    at = 19;
    if (text.charCodeAt(at) === DOT) {
      // Beyond ms a double of this size has no room for a range: further digits are passed over.
      const first = ++at;
      for (let digit = digits(text, at, 1); digit >= 0; digit = digits(text, ++at, 1)) {
        if (precision === 1) continue;
        precision /= 10;
        low += digit * precision;
      }
      if (at === first) return undefined;
    }
  }
  const offset = zoneOffset(text, at);
  return offset === undefined ? undefined : { low: low - offset, high: low - offset + precision };
}

/** ms east of UTC; undefined when what stands there is no zone. */
function zoneOffset(text: string, at: number): number | undefined {
  const { length } = text;
  if (at === length) return 0;
  const sign = text.charAt(at);
  if (sign === 'Z') return at + 1 === length ? 0 : undefined;
  const hours = digits(text, at + 1, 2);
  const minutes = digits(text, at + 4, 2);
  if ((sign !== '+' && sign !== '-') || at + 6 !== length || text.charCodeAt(at + 3) !== COLON) return undefined;
  if (hours < 0 || hours > 14 || minutes < 0 || minutes > 59) return undefined;
  return (sign === '-' ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}

/** The number that `count` digits from `at` on make; -1 when one is none. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let i = at; i < at + count; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    // NaN beyond the end fails this too.
    if (!(digit >= 0 && digit <= 9)) return -1;
    value = value * 10 + digit;
  }
  return value;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function daysIn(year: number, month: number): number {
  return month === 1 && isLeap(year) ? 29 : (DAYS_IN_MONTH[month] ?? 0);
}

/** ms of a day's start. Date.UTC would take the years 1 to 99 for 1901 to 1999. */
function startOfDay(year: number, month: number, day: number): number {
  const past = year - 1;
  const days = past * 365 + Math.floor(past / 4) - Math.floor(past / 100) + Math.floor(past / 400);
  const leap = month > 1 && isLeap(year) ? 1 : 0;
  return (days - DAYS_TO_EPOCH + (DAYS_BEFORE_MONTH[month] ?? 0) + leap + day - 1) * DAY;
}

/** Days from 0001-01-01 to 1970-01-01. */
const DAYS_TO_EPOCH = 719_162;
