import { badRequest } from '../operation-outcome.ts';
import { quoted, tooCostly } from './refusals.ts';

/** A parameter with a modifier, at the end of a path. */
export interface ParameterLeaf {
  readonly kind: 'leaf';
  readonly code: string;
  readonly modifier?: string | undefined;
}

/** The name of a query parameter, taken apart: a parameter of the resource itself, or one reached over references. */
export type ParameterPath =
  | ParameterLeaf
  /** `subject:Patient.…` (https://hl7.org/fhir/R4/search.html#chaining). */
  | { readonly kind: 'chain'; readonly code: string; readonly type?: string | undefined; readonly rest: ParameterPath }
  /** `_has:Observation:patient:…` (https://hl7.org/fhir/R4/search.html#has). */
  | { readonly kind: 'has'; readonly type: string; readonly code: string; readonly rest: ParameterPath };

/** Links of a chain, `_has` included. */
const MAX_LINKS = 10;

/** @throws FhirError 400 when the name is malformed, or has too many links. */
export function parseParameterPath(name: string): ParameterPath {
  return pathFrom(name, name, 0);
}

function pathFrom(text: string, name: string, links: number): ParameterPath {
  if (links > MAX_LINKS) throw tooCostly(`A search parameter may follow at most ${MAX_LINKS} references.`);
  if (text === '_has' || text.startsWith('_has:')) return hasFrom(text, name, links);
  const dot = text.indexOf('.');
  if (dot < 0) {
    const [code, modifier] = atColon(text, name);
    return { kind: 'leaf', code, modifier };
  }
  const [code, type] = atColon(text.slice(0, dot), name);
  return { kind: 'chain', code, type, rest: pathFrom(text.slice(dot + 1), name, links + 1) };
}

function hasFrom(text: string, name: string, links: number): ParameterPath {
  const [, type, code, ...rest] = text.split(':');
  if (!type || !code || rest.length === 0) {
    throw badRequest('invalid', `${quoted(name)} is not of the form "_has:[type]:[reference]:[parameter]".`);
  }
  return { kind: 'has', type, code, rest: pathFrom(rest.join(':'), name, links + 1) };
}

/** `code` or `code:modifier`. */
function atColon(text: string, name: string): readonly [code: string, modifier: string | undefined] {
  const colon = text.indexOf(':');
  const code = colon < 0 ? text : text.slice(0, colon);
  const modifier = colon < 0 ? undefined : text.slice(colon + 1);
  if (code === '' || modifier === '') {
    throw badRequest('invalid', `${quoted(name)} is not the name of a search parameter.`);
  }
  return [code, modifier];
}
