import { createHash } from 'node:crypto';
import type { UserKey } from './access-records.ts';

/**
 * The partition of a client system's record, whose attribute `n` is its name. Names of resource types begin with a capital: it is never a
 * resource's.
 */
export function clientPartition(tenant: string, clientId: string): string {
  return `${tenant}#client#${clientId}`;
}

/**
 * The partition of the record that a user has been removed; or, with an attribute `b`, that their tokens made before this time (ms since the epoch) are
 * void.
 */
export function revokedPartition(tenant: string, { issuer, id }: UserKey): string {
  // Both are of any length, a key is not.
  return `${tenant}#revoked#${createHash('sha256')
    .update(JSON.stringify([issuer, id]))
    .digest('base64url')}`;
}

/**
 * What names a client system by its API key where a gateway does not tell the key's id: a record of this name has the id, attribute `i`. It tells
 * nothing of the key.
 */
export function keyName(apiKey: string): string {
  return `sha256-${createHash('sha256').update(apiKey).digest('hex')}`;
}
