import type { AccessRecord, AccessRecords, UserKey } from './access-records.ts';
import { createRecent } from './recent.ts';

/** ms for which an answer is believed: what was removed is refused within a second. */
const BELIEVED = 900;

interface Asked {
  /** When it was asked, ms: not when the answer came, which may tell of a moment just after. */
  readonly at: number;
  readonly answer: Promise<AccessRecord>;
}

/**
 * Asks the records at most about once a second for the same client system and user, in one request for all that ask meanwhile.
 *
 * @param now ms, of a clock that is never set back
 */
export function recheckAccess(records: AccessRecords, remembered: number, now: () => number): AccessRecords {
  const recent = createRecent<Asked>(remembered);
  return {
    read(clientId, user: UserKey | undefined) {
      const key = JSON.stringify([clientId, user?.issuer, user?.id]);
      const known = recent.get(key);
      const at = now();
      if (known !== undefined && at - known.at < BELIEVED) return known.answer;
      const answer = records.read(clientId, user);
      const asked = { at, answer };
      recent.set(key, asked);
      // A failure is no answer: the next one asks again.
      answer.catch(() => {
        if (recent.get(key) === asked) recent.set(key, { at: Number.NEGATIVE_INFINITY, answer });
      });
      return answer;
    },
  };
}
