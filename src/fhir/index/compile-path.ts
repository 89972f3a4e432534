import type { Definitions, ElementDefinition } from '../definitions/definitions.ts';
import { isJsonObject, type JsonValue, type Resource } from '../resource.ts';
import { isOfType } from './fhir-types.ts';
import { collectAll, type Lane, type Step } from './path-lane.ts';
import { type PathNode, parsePath, UnsupportedPathError } from './path-syntax.ts';
import { referencedType } from './reference-target.ts';

/** What a path is compiled for. */
export interface PathScope {
  readonly definitions: Definitions;
  /** The resource type that `%resource` is. */
  readonly resourceType: string;
  /** The type of what the path starts from: the resource's, or for a part of a composite that of the composite's elements. */
  readonly focusType: string;
}

/**
 * Compiles a search expression into lanes (https://hl7.org/fhir/R4/searchparameter-definitions.html#SearchParameter.expression).
 * Throws UnsupportedPathError when it goes beyond the subset that lanes can compute.
 *
 * Elements that the type does not have lead nowhere, as in FHIRPath.
 */
export function compilePath(expression: string, scope: PathScope): readonly Lane[] {
  return lanesOf(parsePath(expression), scope);
}

function lanesOf(node: PathNode, scope: PathScope): readonly Lane[] {
  switch (node.kind) {
    case 'focus':
      return [start(scope.focusType, false)];
    case 'resource':
      return [start(scope.resourceType, true)];
    case 'union':
      return node.parts.flatMap((part) => lanesOf(part, scope));
    case 'member':
      return lanesOfMember(node, scope);
    case 'type':
      return node.operator === 'as'
        ? lanesOf(node.of, scope).flatMap((lane) => ofType(lane, node.type, scope.definitions))
        : [computed('boolean', isTest(node, scope))];
    case 'at':
      return lanesOf(node.of, scope).map((lane) => at(lane, node.index));
    case 'call':
      return lanesOfCall(node, scope);
    case 'literal':
      return [computed('literal', () => node.value)];
    case 'binary':
      return [computed('boolean', binaryTest(node, scope))];
  }
}

function start(type: string, fromResource: boolean): Lane {
  return { type, fromResource, steps: [], severalBefore: false, several: false };
}

function computed(type: string, of: Test | ((value: JsonValue) => JsonValue)): Lane {
  return { ...start(type, false), steps: [{ kind: 'compute', of }] };
}

function plus(lane: Lane, step: Step, type = lane.type): Lane {
  return { ...lane, type, steps: [...lane.steps, step] };
}

function lanesOfMember(node: PathNode & { kind: 'member' }, scope: PathScope): readonly Lane[] {
  const { definitions } = scope;
  const found = lanesOf(node.of, scope).flatMap((lane) => {
    const element = definitions.type(lane.type)?.elements.get(node.name);
    return element === undefined ? [] : into(lane, node.name, element);
  });
  if (found.length > 0 || node.of.kind !== 'focus' || !/^[A-Z]/.test(node.name)) return found;
  // A path may begin with the name of the type that it starts from.
  const fits =
    node.name === scope.focusType || node.name === 'Resource' || definitions.type(node.name)?.kind === 'abstract';
  return fits ? [start(scope.focusType, false)] : [];
}

/** One lane for each type that the element may have: `value[x]` is in as many properties. */
function into(lane: Lane, name: string, element: ElementDefinition): readonly Lane[] {
  return element.types.map((type) => ({
    type,
    fromResource: lane.fromResource,
    steps: [...lane.steps, { kind: 'property', name: element.choice ? choiceProperty(name, type) : name }],
    severalBefore: lane.several,
    several: lane.several || element.array,
    element,
  }));
}

function choiceProperty(name: string, type: string): string {
  return name + type.charAt(0).toUpperCase() + type.slice(1);
}

function ofType(lane: Lane, type: string, definitions: Definitions): readonly Lane[] {
  if (isOfType(lane.type, type)) return [lane];
  if (lane.type !== 'Resource' || !definitions.isResourceType(type)) return [];
  return [plus(lane, { kind: 'filter', passes: (value) => isJsonObject(value) && value.resourceType === type }, type)];
}

/** The index-th: known to be the same as the index-th of its own array when there is but one array on the way. */
function at(lane: Lane, index: number): Lane {
  const last = lane.steps.at(-1);
  if (last?.kind !== 'property' || last.at !== undefined || lane.severalBefore) {
    throw new UnsupportedPathError('an index across several arrays');
  }
  return { ...lane, steps: [...lane.steps.slice(0, -1), { ...last, at: index }], several: false };
}

function lanesOfCall(node: PathNode & { kind: 'call' }, scope: PathScope): readonly Lane[] {
  const [argument] = node.args;
  switch (node.name) {
    case 'where':
      if (argument === undefined) break;
      return lanesOf(node.of, scope).map((lane) => {
        const criteria = test(argument, { ...scope, focusType: lane.type });
        return plus(lane, { kind: 'filter', passes: (value, resource) => criteria(value, resource) === true });
      });
    case 'extension':
      if (argument?.kind !== 'literal') break;
      return lanesOfMember({ kind: 'member', of: node.of, name: 'extension' }, scope).map((lane) =>
        plus(lane, { kind: 'filter', passes: (value) => isJsonObject(value) && value.url === argument.value }),
      );
    case 'first':
      return lanesOf(node.of, scope).map((lane) => (lane.several ? at(lane, 0) : lane));
    case 'exists':
    case 'empty':
    case 'not':
      return [computed('boolean', callTest(node, scope))];
  }
  throw new UnsupportedPathError(`the function ${node.name}`);
}

/** True, false, or undefined: FHIRPath's empty collection. */
type Test = (value: JsonValue, resource: Resource) => boolean | undefined;

/** A node as a condition: a single boolean is itself, any other single value is true. */
function test(node: PathNode, scope: PathScope): Test {
  const lanes = lanesOf(node, scope);
  return (value, resource) => {
    const found = collectAll(lanes, value, resource);
    return found.length === 1 ? found[0] !== false : undefined;
  };
}

function callTest(node: PathNode & { kind: 'call' }, scope: PathScope): Test {
  if (node.name === 'not') {
    const operand = test(node.of, scope);
    return (value, resource) => {
      const result = operand(value, resource);
      return result === undefined ? undefined : !result;
    };
  }
  const [criteria] = node.args;
  const of: PathNode =
    criteria === undefined ? node.of : { kind: 'call', of: node.of, name: 'where', args: [criteria] };
  const lanes = lanesOf(of, scope);
  const wanted = node.name === 'exists';
  return (value, resource) => collectAll(lanes, value, resource).length > 0 === wanted;
}

/** `is T`; of `resolve()`, a look at the type that the reference names, as no other resource is at hand. */
function isTest(node: PathNode & { kind: 'type' }, scope: PathScope): Test {
  if (node.of.kind === 'call' && node.of.name === 'resolve') {
    const lanes = lanesOf(node.of.of, scope);
    return (value, resource) =>
      collectAll(lanes, value, resource).some((reference) => referencedType(reference, resource) === node.type);
  }
  const lanes = lanesOf(node.of, scope);
  const others = lanes.filter((lane) => !isOfType(lane.type, node.type));
  return (value, resource) =>
    collectAll(lanes, value, resource).length === 0 ? undefined : collectAll(others, value, resource).length === 0;
}

function binaryTest(node: PathNode & { kind: 'binary' }, scope: PathScope): Test {
  if (node.operator === '=' || node.operator === '!=') return equalityTest(node, scope);
  const left = test(node.left, scope);
  const right = test(node.right, scope);
  // Three-valued: `and` is decided by one false, `or` by one true.
  const decisive = node.operator === 'or';
  return (value, resource) => {
    const first = left(value, resource);
    if (first === decisive) return decisive;
    const second = right(value, resource);
    if (second === decisive) return decisive;
    return first === undefined || second === undefined ? undefined : !decisive;
  };
}

function equalityTest(node: PathNode & { kind: 'binary' }, scope: PathScope): Test {
  const left = lanesOf(node.left, scope);
  const right = lanesOf(node.right, scope);
  const wanted = node.operator === '=';
  return (value, resource) => {
    const ours = collectAll(left, value, resource);
    const theirs = collectAll(right, value, resource);
    if (ours.length === 0 || theirs.length === 0) return undefined;
    return (ours.length === 1 && theirs.length === 1 && scalar(ours[0]) === scalar(theirs[0])) === wanted;
  };
}

/** Numbers by value, Decimals too; objects stay themselves. */
function scalar(value: JsonValue | undefined): unknown {
  return typeof value === 'object' && value !== null && 'literal' in value ? Number(value.literal) : value;
}
