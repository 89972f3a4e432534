import { badRequest, type FhirError } from '../../operation-outcome.ts';
import { notSupported, tooCostly } from '../refusals.ts';
import { COMPARISONS, type FilterExpression } from './filter-expression.ts';

/** Brackets within brackets, and changes between `and` and `or`; each is a level of the filter. */
const MAX_NESTING = 50;
const MAX_LENGTH = 100_000;

const SPACE = /\s+/y;
const NOT = /not(?=\s*\()/y;
const LOGICAL = /(?:and|or)(?=[\s(]|$)/y;
const PATH = /[A-Za-z_][\w:.-]*/y;
const WORD = /\w+/y;
const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const TOKEN = /[^\s)\]"]+/y;

/**
 * Reads a `_filter` by the grammar of https://hl7.org/fhir/R4/search_filter.html: `and` and `or` are of one rank, from left to right.
 *
 * @throws FhirError 400 when it is malformed, nested too deep, or filters within a path (`name[use eq official]`).
 */
export function parseFilterExpression(text: string): FilterExpression {
  if (text.length > MAX_LENGTH) throw tooCostly(`A "_filter" may have at most ${MAX_LENGTH} characters.`);
  return new FilterParser(text).whole();
}

function tooNested(): FhirError {
  return tooCostly(`A "_filter" may nest, and change between "and" and "or", at most ${MAX_NESTING} times.`);
}

class FilterParser {
  readonly #text: string;
  #at = 0;
  #turns = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): FilterExpression {
    const expression = this.#logical(0);
    if (this.#at < this.#text.length) throw this.#malformed('"and", "or" or the end');
    return expression;
  }

  #logical(depth: number): FilterExpression {
    if (depth > MAX_NESTING) throw tooNested();
    const first = this.#term(depth);
    let kind: 'and' | 'or' | undefined;
    let parts = [first];
    for (;;) {
      const next = this.#take(LOGICAL);
      if (next !== 'and' && next !== 'or') return kind === undefined ? first : { kind, parts };
      if (kind !== undefined && kind !== next) {
        if (++this.#turns > MAX_NESTING) throw tooNested();
        parts = [{ kind, parts }];
      }
      kind = next;
      parts.push(this.#term(depth));
    }
  }

  #term(depth: number): FilterExpression {
    const negated = this.#take(NOT) !== undefined;
    this.#skipSpace();
    if (this.#text[this.#at] !== '(') return this.#comparison();
    this.#at++;
    const part = this.#logical(depth + 1);
    if (this.#text[this.#at] !== ')') throw this.#malformed('")"');
    this.#at++;
    this.#skipSpace();
    return negated ? { kind: 'not', part } : part;
  }

  #comparison(): FilterExpression {
    const path = this.#take(PATH, false);
    if (path === undefined) throw this.#malformed('a search parameter, "not (" or "("');
    if (this.#text[this.#at] === '[') {
      throw notSupported('A filter in brackets within a path of "_filter" is not supported.');
    }
    this.#skipSpace();
    const comparison = COMPARISONS.find((known) => this.#upcoming(WORD) === known);
    if (comparison === undefined) throw this.#malformed(`one of ${COMPARISONS.join(' ')}`);
    this.#take(WORD);
    return { kind: 'comparison', path, comparison, value: this.#value() };
  }

  #value(): string {
    if (this.#text[this.#at] !== '"') {
      const token = this.#take(TOKEN);
      if (token === undefined) throw this.#malformed('a value');
      return token;
    }
    const start = this.#at;
    const literal = this.#take(STRING);
    try {
      const value: unknown = JSON.parse(literal ?? '');
      if (typeof value === 'string' && value !== '') return value;
    } catch {
      // Reported below, like an empty one.
    }
    this.#at = start;
    throw this.#malformed('a text in double quotes, with escapes as in JSON');
  }

  /** What matches here, and the space after it. */
  #take(pattern: RegExp, withSpace = true): string | undefined {
    const found = this.#upcoming(pattern);
    if (found !== undefined) this.#at += found.length;
    if (withSpace) this.#skipSpace();
    return found;
  }

  #upcoming(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern);
    sticky.lastIndex = this.#at;
    return sticky.exec(this.#text)?.[0];
  }

  #skipSpace(): void {
    const space = this.#upcoming(SPACE);
    if (space !== undefined) this.#at += space.length;
  }

  #malformed(expected: string): FhirError {
    return badRequest('invalid', `The "_filter" can't be read at character ${this.#at + 1}: expected ${expected}.`);
  }
}
