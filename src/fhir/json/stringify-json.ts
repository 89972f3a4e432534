import type { JsonValue } from '../resource.ts';
import { NUMBER_MARK } from './number-marks.ts';

const MARKED = new RegExp(`"${NUMBER_MARK}([^"]*)"`, 'g');

/** JSON of a value, its decimals as they were written; `pretty` with two spaces a level. */
export function stringifyJson(value: JsonValue | object, pretty = false): string {
  const text = JSON.stringify(value, undefined, pretty ? 2 : undefined);
  return text.includes(NUMBER_MARK) ? text.replace(MARKED, '$1') : text;
}
