import { describe, expect, it } from 'vitest';
import type { ClientSystem } from '../../../src/auth/client-directory.ts';
import { countRequest, freshUsage, quotaEnd } from '../../../src/auth/client-limits.ts';
import type { Quota, RateLimit } from '../../../src/auth/identity-admin.ts';
import type { FhirError } from '../../../src/fhir/operation-outcome.ts';

const NOON = Date.UTC(2026, 1, 28, 12);

function client(rate: RateLimit, quota?: Quota): ClientSystem {
  return { id: '1', name: 'lab', rate, quota, usage: freshUsage(rate, NOON) };
}

/** Counts a request; undefined when it is within the limits, else what is answered. */
function count(of: ClientSystem, now: number): { status: number; retryAfter: number; message: string } | undefined {
  try {
    countRequest(of, now);
    return undefined;
  } catch (error) {
    const { status, headers, message } = error as FhirError;
    return { status, retryAfter: Number(headers['retry-after']), message };
  }
}

describe('the rate', () => {
  it('lets a burst through, then as many as the seconds give', () => {
    const lab = client({ perSecond: 2, burst: 3 });
    const at = (ms: number) => count(lab, NOON + ms) === undefined;
    expect([0, 0, 0, 0, 499, 500, 500, 999, 1000].map(at)).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
  });

  it('never gives more than a burst, however long nothing was asked', () => {
    const lab = client({ perSecond: 2, burst: 3 });
    const passed = [1, 2, 3, 4, 5].filter(() => count(lab, NOON + 3600_000) === undefined);
    expect(passed).toHaveLength(3);
  });

  it.each([
    { perSecond: 50, retryAfter: 1 },
    { perSecond: 0.1, retryAfter: 10 },
  ])('at $perSecond a second says: again in $retryAfter s', ({ perSecond, retryAfter }) => {
    const lab = client({ perSecond, burst: 1 });
    count(lab, NOON);
    expect(count(lab, NOON)).toMatchObject({ status: 429, retryAfter, message: expect.stringContaining('too often') });
    expect(count(lab, NOON + retryAfter * 1000)).toBeUndefined();
  });

  it('gives nothing for a clock that is set back, and goes on from there', () => {
    const lab = client({ perSecond: 1, burst: 1 });
    count(lab, NOON);
    expect(count(lab, NOON - 3600_000)?.status).toBe(429);
    expect(count(lab, NOON - 3600_000 + 1000)).toBeUndefined();
  });
});

describe('the quota', () => {
  const rate = { perSecond: 1000, burst: 1000 };

  it.each<{ per: Quota['per']; now: number; end: number }>([
    { per: 'day', now: NOON, end: Date.UTC(2026, 2, 1) },
    { per: 'day', now: Date.UTC(2026, 11, 31, 23, 59, 59, 999), end: Date.UTC(2027, 0, 1) },
    { per: 'day', now: Date.UTC(2026, 1, 28), end: Date.UTC(2026, 2, 1) },
    { per: 'month', now: NOON, end: Date.UTC(2026, 2, 1) },
    { per: 'month', now: Date.UTC(2026, 11, 31), end: Date.UTC(2027, 0, 1) },
  ])('of a $per ends at midnight UTC ($now)', ({ per, now, end }) => expect(quotaEnd(per, now)).toBe(end));

  it('is used up, and there anew with the next day', () => {
    const lab = client(rate, { requests: 2, per: 'day' });
    const midnight = Date.UTC(2026, 2, 1);
    expect([count(lab, NOON), count(lab, NOON)]).toEqual([undefined, undefined]);
    expect(count(lab, NOON)).toMatchObject({ status: 429, retryAfter: 12 * 3600 });
    expect(count(lab, midnight - 1)).toMatchObject({ status: 429, retryAfter: 1 });
    expect(count(lab, midnight)).toBeUndefined();
    expect(lab.usage.used).toBe(1);
  });

  it('is not used by what is refused', () => {
    const lab = client({ perSecond: 1, burst: 1 }, { requests: 5, per: 'month' });
    for (let time = 0; time < 10; time++) count(lab, NOON);
    expect(lab.usage.used).toBe(1);
  });
});
