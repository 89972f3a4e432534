import { FhirError } from '../fhir/operation-outcome.ts';
import type { ClientSystem, ClientUsage } from './client-directory.ts';
import type { Quota, RateLimit } from './identity-admin.ts';

/** The usage of a client system that has used nothing. */
export function freshUsage(rate: RateLimit, now: number): ClientUsage {
  return { left: rate.burst, refilledAt: now, used: 0, quotaEndsAt: 0, lastUsedAt: undefined };
}

/**
 * Counts one request of a client system: a token bucket for the rate, a count for the quota. A request beyond the limits is not counted.
 *
 * @param now ms since the epoch
 * @throws FhirError 429, with how long to wait (`Retry-After`, s)
 */
export function countRequest({ rate, quota, usage }: ClientSystem, now: number): void {
  const { perSecond, burst } = rate;
  // A clock that was set back gives nothing, and takes nothing.
  const passed = Math.max(0, now - usage.refilledAt);
  const left = Math.min(burst, usage.left + (passed * perSecond) / 1000);
  usage.refilledAt = now;
  usage.left = left;
  if (left < 1) throw tooFast(rate, left);
  if (quota !== undefined) {
    if (now >= usage.quotaEndsAt) {
      usage.used = 0;
      usage.quotaEndsAt = quotaEnd(quota.per, now);
    }
    if (usage.used >= quota.requests) throw quotaUsedUp(quota, usage.quotaEndsAt - now);
    usage.used += 1;
  }
  usage.left = left - 1;
  usage.lastUsedAt = now;
}

/** When the day or month of a time ends, in UTC; ms since the epoch. */
export function quotaEnd(per: Quota['per'], now: number): number {
  const date = new Date(now);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  return per === 'month' ? Date.UTC(year, month + 1) : Date.UTC(year, month, date.getUTCDate() + 1);
}

function tooFast({ perSecond, burst }: RateLimit, left: number): FhirError {
  const text = `This client system calls too often: it may ${perSecond} times a second, ${burst} times at once.`;
  return tooMany(text, (1 - left) / perSecond);
}

function quotaUsedUp({ requests, per }: Quota, wait: number): FhirError {
  const text = `This client system has used up its ${requests} requests of the ${per}, which ends at midnight UTC.`;
  return tooMany(text, wait / 1000);
}

function tooMany(text: string, seconds: number): FhirError {
  const headers = { 'retry-after': String(Math.max(1, Math.ceil(seconds))) };
  return new FhirError(429, 'throttled', text, { headers });
}
