import type { Quota, RateLimit } from './identity-admin.ts';

/** What a client system has used. Changes with each request: the one thing here that is not readonly. */
export interface ClientUsage {
  /** Requests left in the bucket, as of `refilledAt`. */
  left: number;
  /** ms since the epoch. */
  refilledAt: number;
  /** Requests in the day or month that runs. */
  used: number;
  /** When that day or month ends; ms since the epoch. */
  quotaEndsAt: number;
  lastUsedAt: number | undefined;
}

/** A client system that has a key. */
export interface ClientSystem {
  readonly id: string;
  readonly name: string;
  readonly rate: RateLimit;
  readonly quota?: Quota | undefined;
  readonly usage: ClientUsage;
}

/** The client systems that may call. */
export interface ClientDirectory {
  /** Another number as soon as anything about client systems, users or sessions is different; asked at each request. */
  revision(): number;
  /** @param keyHash SHA-256 of the key, base64url */
  byKeyHash(keyHash: string): ClientSystem | undefined;
  /** Told at each request, so that what was used can be kept. */
  used(client: ClientSystem): void;
}
