import type { Entry } from './parse-entries.ts';
import { isWrite } from './resolve-entry.ts';

/** Entries under way at once: their writes share commits. */
const AT_ONCE = 64;

/** What an entry has to do with others, by name. */
interface Claims {
  readonly makes: readonly string[];
  /** It waits for those who make one of these. */
  readonly waitsFor: readonly string[];
}

/**
 * Parts the entries of a batch into groups that are carried out one after the other, the entries of each together. Entries of a batch
 * shall not depend on each other (https://hl7.org/fhir/R4/http.html#brules); clients send such all the same, and then the order of the
 * Bundle holds: reads see the writes before them, writes of one resource follow each other, a condition sees what was written to its type.
 */
export function inTurns(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const turns: Entry[][] = [];
  let turn: Entry[] = [];
  let made = new Set<string>();
  for (const entry of entries) {
    const { makes, waitsFor } = claimsOf(entry);
    if (turn.length === 0 || turn.length === AT_ONCE || waitsFor.some((name) => made.has(name))) {
      turn = [];
      made = new Set();
      turns.push(turn);
    }
    turn.push(entry);
    for (const name of makes) made.add(name);
  }
  return turns;
}

function claimsOf(entry: Entry): Claims {
  if (!isWrite(entry)) return { makes: ['read'], waitsFor: ['write'] };
  const { interaction, call } = entry;
  const { type = '', id } = interaction as { readonly type?: string; readonly id?: string };
  const condition = interaction.name.endsWith('-conditional') ? call.query : call.headers['if-none-exist'];
  const [plain, conditional] = [`${type} plain`, `${type} conditional`];
  if (condition !== undefined) {
    const same = `${type}?${condition}`;
    return { makes: ['write', conditional, same], waitsFor: ['read', plain, same] };
  }
  if (id === undefined) return { makes: ['write', plain], waitsFor: ['read', conditional] };
  const name = `${type}/${id}`;
  return { makes: ['write', plain, name], waitsFor: ['read', conditional, name] };
}
