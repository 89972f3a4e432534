import { SEPARATOR, wholeTerm } from '../index/fields.ts';

/** The term of a code whose system tells case apart: no search that ignores case may find it by the wrong one. */
export function exactCodeTerm(parameter: string, code: string): string {
  return wholeTerm(`${parameter}${SEPARATOR}e`, code);
}
