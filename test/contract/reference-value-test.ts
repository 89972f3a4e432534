import type { IndexEntry, QuantityEntry } from '../../src/fhir/index/index-entry.ts';
import type { Prefix, ValueTest } from '../../src/fhir/search/search-query.ts';
import { isCaseSensitive } from './test-resource.ts';

type Kind<K extends ValueTest['kind']> = ValueTest & { readonly kind: K };
interface Range {
  readonly low: number;
  readonly high: number;
}

/** Whether an entry passes a test: the table and the sentences of `ValueTest`, written down once more and as plainly as possible. */
export function passes(entry: IndexEntry, test: ValueTest): boolean {
  switch (test.kind) {
    case 'string':
      return entry.kind === 'string' && passesString(entry.text, test);
    case 'token':
      if (entry.kind !== 'token') return false;
      if (test.system !== undefined && test.system !== entry.system) return false;
      return test.code === undefined || sameCode(entry.system, entry.code, test.code);
    case 'token-in':
      return (
        entry.kind === 'token' &&
        test.sets.some(
          ({ system, codes }) =>
            system === entry.system &&
            (codes === undefined || codes.some((code) => sameCode(entry.system, entry.code, code))),
        )
      );
    case 'token-text':
      return (
        entry.kind === 'token' &&
        (entry.text ?? '').split('\n').some((line) => line !== '' && fold(line).startsWith(fold(test.text)))
      );
    case 'reference':
      return entry.kind === 'reference' && entry.type === test.type && entry.id === test.id;
    case 'reference-url':
      if (entry.kind !== 'reference' || entry.url !== test.url) return false;
      if (test.version === undefined || test.version === entry.version) return true;
      return test.match === 'below' && entry.version?.startsWith(`${test.version}.`) === true;
    case 'date':
      return entry.kind === 'date' && passesDate(entry, test.prefix, test);
    case 'number':
      return entry.kind === 'number' && passesNumber(entry, test.prefix, test);
    case 'quantity':
      return entry.kind === 'quantity' && passesQuantity(entry, test);
    case 'uri':
      return entry.kind === 'uri' && passesUri(entry.uri, test);
  }
}

/** Without case and accents, white space as single spaces. */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();
}

function sameCode(system: string, a: string, b: string): boolean {
  return isCaseSensitive(system) ? a === b : a.toLowerCase() === b.toLowerCase();
}

function passesString(text: string, test: Kind<'string'>): boolean {
  switch (test.match) {
    case 'exact':
      return text === test.text;
    case 'starts-with':
      return fold(text).startsWith(fold(test.text));
    case 'ends-with':
      return fold(text).endsWith(fold(test.text));
    case 'contains':
      return fold(text).includes(fold(test.text));
  }
}

/** A date entry or instant against a date test; both half open. */
export function passesDate(entry: Range, prefix: Prefix, { low, high }: Range): boolean {
  const eq = low <= entry.low && entry.high <= high;
  switch (prefix) {
    case 'eq':
      return eq;
    case 'ne':
      return !eq;
    case 'gt':
      return entry.high > high;
    case 'lt':
      return entry.low < low;
    case 'ge':
      return entry.high > high || eq;
    case 'le':
      return entry.low < low || eq;
    case 'sa':
      return entry.low >= high;
    case 'eb':
      return entry.high <= low;
    case 'ap':
      return entry.low < high && entry.high > low;
  }
}

function passesNumber(entry: Range, prefix: Prefix, { low, high }: Range): boolean {
  const eq = low <= entry.low && entry.high < high;
  switch (prefix) {
    case 'eq':
      return eq;
    case 'ne':
      return !eq;
    case 'gt':
      return entry.high > low;
    case 'lt':
      return entry.low < low;
    case 'ge':
      return entry.high >= low;
    case 'le':
      return entry.low <= low;
    case 'sa':
      return entry.low > low;
    case 'eb':
      return entry.high < low;
    case 'ap':
      return entry.low <= high && entry.high >= low;
  }
}

function passesQuantity(entry: QuantityEntry, test: Kind<'quantity'>): boolean {
  if (test.canonical !== undefined)
    return entry.canonical?.unit === test.canonical.unit && passesNumber(entry.canonical, test.prefix, test.canonical);
  if (test.system !== undefined && test.system !== entry.system) return false;
  if (test.code !== undefined && test.code !== entry.code && test.code !== entry.unit) return false;
  return passesNumber(entry, test.prefix, test);
}

function passesUri(uri: string, test: Kind<'uri'>): boolean {
  switch (test.match) {
    case 'exact':
      return uri === test.uri;
    case 'below':
      return uri.startsWith(test.uri);
    case 'above':
      return test.uri.startsWith(uri);
    case 'contains':
      return uri.includes(test.uri);
  }
}
