import type { Duration } from './fwoa-config.ts';

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const FORM = /^(\d+(?:\.\d+)?)([smhd])$/;

/**
 * The ms of a duration; undefined when it is none, or no time at all.
 *
 * @example parseDuration('5m') // 300000
 */
export function parseDuration(text: string): number | undefined {
  const [, number, unit] = FORM.exec(text) ?? [];
  const ms = Math.round(Number(number) * UNITS[(unit ?? 's') as keyof typeof UNITS]);
  return ms > 0 && ms <= Number.MAX_SAFE_INTEGER ? ms : undefined;
}

/** The ms of a duration that was checked before. */
export function durationMs(duration: Duration): number {
  const ms = parseDuration(duration);
  if (ms === undefined) throw new RangeError('This is no duration.');
  return ms;
}
