import type { Answer, Effect, Refusal } from './answer.ts';

/** What became of the resources of one type. */
export interface TypeCount {
  readonly type: string;
  readonly created: number;
  readonly updated: number;
  readonly deleted: number;
  readonly refused: number;
}

/** Refusals are kept up to this many: a file of millions may be wrong from end to end. */
const MAX_REFUSALS = 10_000;

/** Counts what is stored and keeps what is refused. */
export class Tally {
  readonly #types = new Map<string, Record<Effect | 'refused', number>>();
  readonly #refusals: Refusal[] = [];
  #answered = 0;
  #stored = 0;
  #refused = 0;

  add(file: string, answer: Answer): void {
    for (const { type, effect } of answer.stored) this.#row(type)[effect] += 1;
    for (const type of answer.refusedTypes) this.#row(type).refused += 1;
    this.#stored += answer.stored.length;
    this.#refused += answer.refusedTypes.length;
    this.#answered += answer.stored.length + answer.refusedTypes.length;
    for (const refusal of answer.refusals) this.#keep({ file, ...refusal });
  }

  /** Something that never came to a request: broken JSON, a file that can't be read. */
  refuse(refusal: Refusal): void {
    this.#refused += 1;
    this.#keep(refusal);
  }

  /** Resources answered, one way or the other. */
  get answered(): number {
    return this.#answered;
  }

  get stored(): number {
    return this.#stored;
  }

  get refused(): number {
    return this.#refused;
  }

  /** Those refusals that were kept. */
  get refusals(): readonly Refusal[] {
    return this.#refusals;
  }

  /** By type name. */
  types(): readonly TypeCount[] {
    return [...this.#types].map(([type, counts]) => ({ type, ...counts })).sort((a, b) => (a.type < b.type ? -1 : 1));
  }

  #row(type: string): Record<Effect | 'refused', number> {
    const found = this.#types.get(type);
    if (found !== undefined) return found;
    const row = { created: 0, updated: 0, deleted: 0, refused: 0 };
    this.#types.set(type, row);
    return row;
  }

  #keep(refusal: Refusal): void {
    if (this.#refusals.length < MAX_REFUSALS) this.#refusals.push(refusal);
  }
}
