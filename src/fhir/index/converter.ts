import { Decimal } from '../json/decimal.ts';
import type { JsonValue } from '../resource.ts';
import type { IndexEntry } from './index-entry.ts';

/** Adds the entries of one value; none when the value is not what its element's type says. */
export type Convert = (value: JsonValue, group: number, out: IndexEntry[]) => void;

/** What a converter's entries are filed under. */
export interface Label {
  readonly parameter: string;
  /** The codes that are derived from the parameter's (see `IndexEntry`); absent for a part of a composite, which has none. */
  readonly derived?: { readonly ofType: string; readonly identifier: string } | undefined;
}

/** A JSON number, in either form it is held in. */
export function numberOf(value: JsonValue | undefined): number | undefined {
  const number = value instanceof Decimal ? value.valueOf() : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** A string, or the empty string in place of anything else. */
export function textOf(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
