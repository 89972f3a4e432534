import { describe, expect, it } from 'vitest';
import { beginningTerm, parameterTerm, stringTerms, wholeTerm } from '../../../../../src/storage/aws/index/fields.ts';

const LONG = Array.from({ length: 3000 }, (_, i) => `wörd ${i} `).join('');

/** What a wildcard of OpenSearch would find, beginning with the parameter. */
function finds(terms: readonly string[], needle: string, atEnd = false): boolean {
  const start = parameterTerm('p');
  return terms.some((term) => {
    const text = term.slice(start.length);
    return term.startsWith(start) && (atEnd ? text.endsWith(needle) : text.includes(needle));
  });
}

describe('the terms of a string', () => {
  it('are one for most', () => {
    expect(stringTerms('p', 'short')).toEqual([wholeTerm('p', 'short')]);
  });

  it('of a long one are found by what is within, wherever that stands', () => {
    const terms = stringTerms('p', LONG);
    for (let at = 0; at + 100 <= LONG.length; at += 37) expect(finds(terms, LONG.slice(at, at + 100))).toBe(true);
  });

  it('of a long one are found by nothing else', () => {
    const terms = stringTerms('p', 'x'.repeat(20_000));
    for (const character of 'abcdefghijklmnopqrstuvwyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-')
      expect(finds(terms, character), character).toBe(false);
  });

  it('of a long one are found by its own end alone', () => {
    const terms = stringTerms('p', LONG);
    expect(finds(terms, LONG.slice(-50), true)).toBe(true);
    for (let at = 100; at < LONG.length - 50; at += 101)
      expect(finds(terms, LONG.slice(at, at + 50), true), String(at)).toBe(false);
  });

  it('fit into what Lucene takes', () => {
    for (const term of stringTerms('p', '\u{10ffff}'.repeat(20_000)))
      expect(Buffer.byteLength(term)).toBeLessThan(32_766);
  });
});

describe('the beginning of a term', () => {
  it.each([
    ['short', 'anna'],
    ['long', LONG],
    ['cut within a character', `${'😀'.repeat(600)}`],
    ['cut within a character, one further', `a${'😀'.repeat(600)}`],
  ])('begins the terms of the text: %s', (_, text) => {
    const beginning = beginningTerm('p', text);
    expect(Buffer.from(beginning).toString()).toBe(beginning);
    expect(stringTerms('p', text).some((term) => term.startsWith(beginning))).toBe(true);
    expect(stringTerms('p', `${text}more`).some((term) => term.startsWith(beginning))).toBe(true);
  });
});
