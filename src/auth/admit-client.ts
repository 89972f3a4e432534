import { API_KEY_HEADER, keyMissing, keyWrong } from './challenges.ts';
import type { ClientDirectory, ClientSystem } from './client-directory.ts';
import { countRequest } from './client-limits.ts';
import { sha256 } from './digest.ts';

/**
 * The first of the two keys: finds whose API key a request has, and counts the request.
 *
 * @param now ms since the epoch
 * @param tell told whose key it is, also when the limits are exceeded
 * @throws FhirError 401 without a key that is known; 429 beyond the client system's limits
 */
export function admitClient(
  clients: ClientDirectory,
  headers: Readonly<Record<string, string | undefined>>,
  now: number,
  tell: (client: { readonly id: string; readonly name: string }) => void = () => undefined,
): ClientSystem {
  const key = headers[API_KEY_HEADER];
  if (key === undefined || key === '') throw keyMissing();
  // Looked up by its hash: how long that takes tells nothing about any key.
  const client = clients.byKeyHash(sha256(key));
  if (client === undefined) throw keyWrong();
  tell({ id: client.id, name: client.name });
  countUse(clients, client, now);
  return client;
}

/** Counts a request of a client system that is known already. @throws FhirError 429 */
export function countUse(clients: ClientDirectory, client: ClientSystem, now: number): void {
  countRequest(client, now);
  clients.used(client);
}
