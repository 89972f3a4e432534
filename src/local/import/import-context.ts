import { Problem } from '../../config/problem.ts';
import { type Answer, readAnswer } from './answer.ts';
import type { Journal } from './journal.ts';
import type { Outgoing } from './outgoing.ts';
import type { Slots } from './slots.ts';
import type { Tally } from './tally.ts';
import type { ImportTarget } from './target.ts';

/** What the import of each file works with. */
export interface ImportContext {
  readonly target: ImportTarget;
  readonly journal: Journal;
  readonly tally: Tally;
  /** Requests in flight. */
  readonly slots: Slots;
  /** False: import also what the journal has as done. */
  readonly resume: boolean;
  /** True when no new request may begin: interrupted, or stopped by a refusal. */
  readonly stopped: () => boolean;
  /** Called for each refusal that stands. */
  readonly onRefused: () => void;
  /** Bytes of files on disk that are dealt with. */
  readonly onBytes: (count: number) => void;
  readonly onNote: (text: string) => void;
}

/**
 * Sends one request and reads what came of it.
 *
 * @throws Problem for answers that every further request would get too
 */
export async function exchange(target: ImportTarget, outgoing: Outgoing): Promise<Answer> {
  const { method, path, body } = outgoing;
  const response = await target.send({ method, path, body });
  const answer = readAnswer(outgoing, response);
  if (answer.stored.length > 0 || answer.refusals.length !== 1) return answer;
  const why = answer.refusals[0]?.text;
  if (answer.status === 507) {
    const next = 'Make room, then run the same command: it goes on where it was.';
    throw new Problem('disk-full', { what: `There is no room left in ${target.name}.`, why, next });
  }
  if (answer.status === 401 || answer.status === 403) {
    throw new Problem('not-allowed', { what: `${target.name} does not let you write.`, why });
  }
  return answer;
}
