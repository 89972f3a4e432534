import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FhirRequest } from '../../../src/api/http.ts';
import { collectingGarbage } from '../../../src/local/garbage-collection.ts';

const requestOf = (bytes: number, method = 'POST'): FhirRequest => ({
  method,
  url: '/',
  headers: { 'content-length': String(bytes) },
  body: async () => new Uint8Array(),
});

describe('collectingGarbage', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  const open = () => {
    const collect = vi.fn();
    return { collect, handle: collectingGarbage(async () => ({ status: 200, headers: {} }), collect) };
  };

  it('collects once it has been quiet after large bodies', async () => {
    const { collect, handle } = open();
    await handle(requestOf(2 ** 21));
    await vi.advanceTimersByTimeAsync(900);
    await handle(requestOf(10, 'GET'));
    await vi.advanceTimersByTimeAsync(900);
    expect(collect).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(200);
    expect(collect).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(collect).toHaveBeenCalledTimes(1);
  });

  it('does not for small ones', async () => {
    const { collect, handle } = open();
    for (let i = 0; i < 100; i++) await handle(requestOf(1000));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(collect).not.toHaveBeenCalled();
  });

  it('does not wait for quiet when there were very many', async () => {
    const { collect, handle } = open();
    for (let i = 0; i < 4; i++) await handle(requestOf(2 ** 23));
    expect(collect).toHaveBeenCalledTimes(1);
  });
});
