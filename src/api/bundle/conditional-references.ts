import { FhirError } from '../../fhir/operation-outcome.ts';
import type { Guard } from '../../storage/store.ts';
import type { ServerContext } from '../server-context.ts';
import { findMatches } from '../write/find-matches.ts';
import type { WriteTarget } from '../write/write-target.ts';
import { atEntry } from './entry-error.ts';
import type { Rewriter } from './rewriter.ts';

/** What a transaction does to the answers of searches. */
interface Effects {
  /** `Type/id` of what it creates, by the condition on which it does. */
  readonly created: ReadonlyMap<string, string>;
  /** `Type/id` of what it deletes. */
  readonly deleted: ReadonlySet<string>;
}

/** What a condition comes to. */
interface Found {
  readonly reference: string;
  readonly guard: Guard;
}

/**
 * Replaces references by condition with references to the one resource that matches (https://hl7.org/fhir/R4/http.html#trules), or to the
 * one that an entry with the same condition creates. A condition is searched for once, however often it occurs.
 *
 * @returns what must still hold at the commit, or a reference would be to what no longer matches, or not to all that does.
 * @throws FhirError 412 for none or several matches, 400 for a condition that can't be understood.
 */
export async function resolveConditionalReferences(
  context: ServerContext,
  rewriter: Rewriter,
  targets: readonly WriteTarget[],
): Promise<readonly Guard[]> {
  const { conditional } = rewriter;
  if (conditional.length === 0) return [];
  const effects = effectsOf(targets);
  const found = new Map<string, Found>();
  for (const { holder, criteria, index } of conditional) {
    try {
      const match = found.get(criteria) ?? (await resolve(context, criteria, effects));
      found.set(criteria, match);
      rewriter.set(holder, 'reference', match.reference);
    } catch (error) {
      throw atEntry(error, index, 'resource');
    }
  }
  return Array.from(found.values(), ({ guard }) => guard);
}

function effectsOf(targets: readonly WriteTarget[]): Effects {
  const created = new Map<string, string>();
  const deleted = new Set<string>();
  for (const { type, id, effect, guards } of targets) {
    const name = `${type}/${id}`;
    if (effect === 'delete') deleted.add(name);
    else for (const { criteria } of guards) created.set(criteria, name);
  }
  return { created, deleted };
}

async function resolve(context: ServerContext, criteria: string, { created, deleted }: Effects): Promise<Found> {
  const type = criteria.slice(0, criteria.indexOf('?'));
  if (!context.definitions.isResourceType(type)) {
    throw new FhirError(400, 'invalid', 'A reference by condition names a type that there is not.');
  }
  const { matches, more, guard } = await findMatches(context, type, criteria, 1);
  if (more)
    throw new FhirError(412, 'multiple-matches', `A reference by condition on ${type} matches several resources.`);
  const [match] = matches;
  const name = match === undefined ? undefined : `${type}/${match.id}`;
  const reference = name === undefined || deleted.has(name) ? created.get(guard.criteria) : name;
  if (reference !== undefined) return { reference, guard };
  throw new FhirError(
    412,
    'not-found',
    `A reference by condition on ${type} matches nothing: store what it refers to first.`,
  );
}
