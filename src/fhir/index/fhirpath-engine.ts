import { createRequire } from 'node:module';
import { definitionsFolder, type FhirVersion } from '../fhir-version.ts';
import { Decimal } from '../json/decimal.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../resource.ts';
import { referencedType } from './reference-target.ts';

/** A value with its FHIR type; a backbone element's is its path. */
export interface TypedValue {
  readonly type: string;
  readonly value: JsonValue;
}

/** Evaluates a compiled expression; an expression that fails on a resource gives nothing. */
export type EvaluateExpression = (focus: JsonValue, resource: Resource) => readonly TypedValue[];

/** The parts of the `fhirpath` package that are used; it is loaded when the first expression needs it. */
interface FhirPathModule {
  compile(
    path: string | { readonly base: string; readonly expression: string },
    model: object,
    options: object,
  ): (focus: unknown, environment: object) => unknown;
}

/** What the package's result nodes hold. */
interface ResultNode {
  readonly data?: unknown;
  readonly path?: string | null;
  readonly fhirNodeDataType?: string | null;
}

/**
 * A search expression as FHIRPath: a cast of several elements is an error there, `ofType` is what is meant; references can't be
 * resolved, their type can be told.
 */
export function rewriteExpression(expression: string): string {
  return expression
    .replace(/\(([\w.%]+) as (\w+)\)/g, '$1.ofType($2)')
    .replace(/\.as\(/g, '.ofType(')
    .replace(/resolve\(\) is (\w+)/g, "refersTo('$1')");
}

/**
 * Makes a compiler of search expressions that runs on the whole FHIRPath engine (http://hl7.org/fhirpath/N1), thirty times as slow
 * as walks: for what they can't compute, and to test them by.
 */
export function createFhirPathEngine(
  version: FhirVersion,
): (expression: string, focusType: string) => EvaluateExpression {
  const require = createRequire(import.meta.url);
  const { compile } = require('fhirpath') as FhirPathModule;
  const model = require(`fhirpath/fhir-context/${definitionsFolder(version)}`) as object;
  return (expression, focusType) => {
    const text = rewriteExpression(expression);
    const isResource = /^[A-Z]\w+$/.test(focusType) && expression.startsWith(focusType);
    let current: Resource | undefined;
    const refersTo = (references: readonly JsonValue[], type: string): boolean =>
      current !== undefined && references.some((value) => current && referencedType(value, current) === type);
    const evaluate = compile(isResource ? text : { base: focusType, expression: text }, model, {
      resolveInternalTypes: false,
      userInvocationTable: { refersTo: { fn: refersTo, arity: { 1: ['String'] } } },
    });
    return (focus, resource) => {
      current = resource;
      return typedValues(run(evaluate, focus, resource));
    };
  };
}

/** Search expressions that a resource's data makes fail, malformed as it is, have no values. */
function run(
  evaluate: (focus: unknown, environment: object) => unknown,
  focus: JsonValue,
  resource: Resource,
): unknown {
  try {
    return evaluate(withPlainNumbers(focus), { resource: withPlainNumbers(resource) });
  } catch {
    return [];
  }
}

function typedValues(nodes: unknown): readonly TypedValue[] {
  if (!Array.isArray(nodes)) return [];
  return nodes.flatMap((node: unknown) => {
    if (typeof node === 'boolean') return [{ type: 'boolean', value: node }];
    if (typeof node === 'string') return [{ type: 'string', value: node }];
    if (typeof node !== 'object' || node === null) return [];
    const { data, path, fhirNodeDataType } = node as ResultNode;
    const value = plain(data);
    if (value === undefined || value === null) return [];
    const backbone = fhirNodeDataType === 'BackboneElement' || fhirNodeDataType === 'Element';
    return [{ type: (backbone ? path : fhirNodeDataType) ?? 'unknown', value }];
  });
}

/** The engine's own numbers as JSON has them. */
function plain(data: unknown): JsonValue | undefined {
  if (typeof data === 'object' && data !== null && 'toNumber' in data && typeof data.toNumber === 'function') {
    return Number(data.toNumber());
  }
  return data as JsonValue | undefined;
}

/** The engine does not know {@link Decimal}. Objects without one stay themselves. */
function withPlainNumbers(value: JsonValue): JsonValue {
  if (value instanceof Decimal) return value.valueOf();
  if (Array.isArray(value)) {
    const items = value.map(withPlainNumbers);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isJsonObject(value)) return value;
  const copy: JsonObject = {};
  let changed = false;
  for (const [name, held] of Object.entries(value)) {
    copy[name] = held === undefined ? undefined : withPlainNumbers(held);
    changed ||= copy[name] !== held;
  }
  return changed ? copy : value;
}
