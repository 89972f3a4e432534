import type { Definitions } from '../fhir/definitions/definitions.ts';
import { isResultParameter } from '../fhir/search/result-parameters.ts';

/** What stands for a part of a name that is not known: it may be anything, a patient's name for one. */
const UNKNOWN = '?';

/** Parameters without a definition of a type's own. */
const PLAIN: ReadonlySet<string> = new Set([
  '_at',
  '_content',
  '_filter',
  '_list',
  '_since',
  '_text',
  '_type',
  'mode',
  '_has',
]);

const MODIFIERS: ReadonlySet<string> = new Set(
  'above below contains exact identifier in iterate missing not not-in of-type recurse text'.split(' '),
);

/**
 * A parameter's name as far as the definitions know it: `subject.name` stays, `subject.Lindqvist` becomes `subject.?`. People type what they
 * look for in the wrong place, and names of parameters are always recorded.
 *
 * @param types that are searched
 */
export function knownName(definitions: Definitions, types: readonly string[], name: string): string {
  if (name.startsWith('_has:')) return knownReverseChain(definitions, name);
  const dot = name.indexOf('.');
  const [code = '', modifier, ...more] = (dot < 0 ? name : name.slice(0, dot)).split(':');
  if (!isKnown(definitions, types, code)) return UNKNOWN;
  if (modifier === undefined)
    return dot < 0 ? code : chained(definitions, targets(definitions, types, code), code, name, dot);
  const isType = definitions.isResourceType(modifier);
  if (more.length > 0 || !(isType || MODIFIERS.has(modifier))) return `${code}:${UNKNOWN}`;
  const head = `${code}:${modifier}`;
  return dot < 0 ? head : chained(definitions, isType ? [modifier] : [], head, name, dot);
}

function chained(definitions: Definitions, types: readonly string[], head: string, name: string, dot: number): string {
  return `${head}.${knownName(definitions, types, name.slice(dot + 1))}`;
}

/** https://hl7.org/fhir/R4/search.html#has: `_has:Observation:patient:code`. */
function knownReverseChain(definitions: Definitions, name: string): string {
  const [, type = '', reference = '', ...rest] = name.split(':');
  if (!definitions.isResourceType(type)) return `_has:${UNKNOWN}`;
  if (!isKnown(definitions, [type], reference)) return `_has:${type}:${UNKNOWN}`;
  return `_has:${type}:${reference}:${knownName(definitions, [type], rest.join(':'))}`;
}

function isKnown(definitions: Definitions, types: readonly string[], code: string): boolean {
  if (PLAIN.has(code) || isResultParameter(code)) return true;
  if (definitions.commonSearchParameters.some((parameter) => parameter.code === code)) return true;
  return types.some((type) => definitions.searchParameter(type, code) !== undefined);
}

function targets(definitions: Definitions, types: readonly string[], code: string): readonly string[] {
  return types.flatMap((type) => definitions.searchParameter(type, code)?.target ?? []);
}
