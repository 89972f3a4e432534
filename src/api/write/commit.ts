import { FhirError } from '../../fhir/operation-outcome.ts';
import type { Resource } from '../../fhir/resource.ts';
import type { Change, Guard, StoredVersion } from '../../storage/store.ts';
import type { ServerContext } from '../server-context.ts';
import { prepareContent } from './prepare-content.ts';
import type { WriteTarget } from './write-target.ts';

/** What a write did. */
export interface Written {
  readonly target: WriteTarget;
  /** The version that it made; the one that is there when nothing was to be written, if any. */
  readonly version: StoredVersion | undefined;
}

/**
 * Resolves and writes one resource. When another write came between, it is resolved anew: without `If-Match` the later one wins, with it
 * resolving gives 412 (https://hl7.org/fhir/R4/http.html#concurrency).
 *
 * @throws FhirError what `resolve` throws; 409 when others came between each time.
 */
export async function commitWrite(
  context: ServerContext,
  resolve: () => Promise<WriteTarget>,
  resource?: Resource,
): Promise<Written> {
  const [written] = await commitWrites(context, async () => [await resolve()], resource);
  if (written === undefined) throw new Error('A write came to nothing.');
  return written;
}

/** As {@link commitWrite}, for several resources: all or none. */
export async function commitWrites(
  context: ServerContext,
  resolve: () => Promise<readonly WriteTarget[]>,
  resource?: Resource,
): Promise<readonly Written[]> {
  for (let attempt = 1; attempt <= context.limits.commitAttempts; attempt++) {
    const targets = await resolve();
    const changes = targets.flatMap((target) => changeOf(context, target, resource));
    if (changes.length === 0) return targets.map((target) => ({ target, version: target.current }));
    const guards = new Set<Guard>(targets.flatMap((target) => target.guards));
    const conflict = await context.store.commit(changes, [...guards]);
    if (conflict === undefined) return written(targets, changes);
  }
  throw new FhirError(
    409,
    'conflict',
    'Others kept changing what this request is about. Nothing was written; try again.',
  );
}

function changeOf(context: ServerContext, target: WriteTarget, resource: Resource | undefined): readonly Change[] {
  if (target.effect === 'unchanged') return [];
  const { method, type, id, expected, current } = target;
  // The clock may have been set back while the server was down; versions never go back in time.
  const lastUpdated = Math.max(context.now(), current?.lastUpdated ?? 0);
  const content =
    resource === undefined || method === 'DELETE' ? undefined : prepareContent(resource, target, lastUpdated);
  return [{ method, type, id, expected, lastUpdated, content }];
}

function written(targets: readonly WriteTarget[], changes: readonly Change[]): readonly Written[] {
  let next = 0;
  return targets.map((target) => {
    const change = target.effect === 'unchanged' ? undefined : changes[next++];
    return { target, version: change === undefined ? target.current : versionOf(change) };
  });
}

/** The version that a change becomes. */
export function versionOf({ method, type, id, expected, lastUpdated, content }: Change): StoredVersion {
  return { type, id, version: expected + 1, lastUpdated, method, body: content?.body };
}
