import { describe, expect, test } from 'vitest';
import { foldString } from '../../../src/fhir/fold-string.ts';

describe('strings are compared without case, accents and needless white space', () => {
  test.each([
    ['', ''],
    ['smith', 'smith'],
    ['SMITH', 'smith'],
    ["O'Brien-Smith 3rd", "o'brien-smith 3rd"],
    ['  van   der \t Berg\n', 'van der berg'],
    ['a\u00a0b\u2003c', 'a b c'],
    [' ', ''],
    ['Müller', 'muller'],
    ['Mu\u0308ller', 'muller'],
    ['Émile ZOLÀ', 'emile zola'],
    ['Straße', 'strasse'],
    ['STRASSE', 'strasse'],
    ['STRAẞE', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['Işık', 'isik'],
    ['ΟΔΥΣΣΕΥΣ', 'οδυσσευσ'],
    ['Οδυσσεύς', 'οδυσσευσ'],
    ['Đặng', 'đang'],
    ['ﬁn', 'fin'],
    ['Ｔｏｋｙｏ', 'tokyo'],
    ['Й', 'и'],
    ['محمّد', 'محمد'],
    ['שָׁלוֹם', 'שלום'],
  ])('%j becomes %j', (text, folded) => {
    expect(foldString(text)).toBe(folded);
  });
});

test('signs that are letters of their script stay', () => {
  expect(foldString('हिन्दी')).not.toBe(foldString('हन्द'));
  expect(foldString('กิน')).not.toBe(foldString('กน'));
});

test('what is folded stays as it is', () => {
  for (const text of ['Müller', ' A  B ', 'Straße', 'Οδυσσεύς', 'हिन्दी', '한국', 'ǅ', 'ŉ', '½']) {
    expect(foldString(foldString(text))).toBe(foldString(text));
  }
});

test.each([
  ['words', 'a '.repeat(3_000_000), 5_999_999],
  ['spaces', `${' '.repeat(5_000_000)}É`, 1],
  ['accents', 'é'.repeat(2_000_000), 2_000_000],
])('megabytes of %s are folded', (_, text, length) => {
  expect(foldString(text)).toHaveLength(length);
});
