import { randomBytes } from 'node:crypto';

const USABLE = /^[A-Za-z0-9\-._:]{1,128}$/;

/** Makes the ids of requests (https://hl7.org/fhir/R4/http.html#custom): the client's own where it gives a usable one, else a fresh one. */
export function requestIds(): (given: string | undefined) => string {
  // Unique beyond this process by its start, within it by a count: cheaper than a random number for each.
  const prefix = randomBytes(8).toString('hex');
  let count = 0;
  return (given) => (given !== undefined && USABLE.test(given) ? given : `${prefix}-${(++count).toString(36)}`);
}
