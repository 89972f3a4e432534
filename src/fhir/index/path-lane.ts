import type { ElementDefinition } from '../definitions/definitions.ts';
import { isJsonObject, type JsonValue, type Resource } from '../resource.ts';

/** One move from a JSON value to what lies below it. */
export type Step =
  /** Into a property; each of an array's elements, or only the one at `at`. */
  | { readonly kind: 'property'; readonly name: string; readonly at?: number | undefined }
  /** Stays where it is, if the value passes. */
  | { readonly kind: 'filter'; readonly passes: (value: JsonValue, resource: Resource) => boolean }
  /** To a computed value, or to each of an array's; undefined: to nothing. */
  | { readonly kind: 'compute'; readonly of: (value: JsonValue, resource: Resource) => JsonValue | undefined };

/**
 * A straight way through JSON to values of one FHIR type. A search expression is a handful of them: one for each branch of a union and
 * each type of a choice, so that a value's type is known before the value is.
 */
export interface Lane {
  /** FHIR type of the values it leads to; a backbone element's is its path. */
  readonly type: string;
  /** From the resource itself (`%resource`), whatever the focus is. */
  readonly fromResource: boolean;
  readonly steps: readonly Step[];
  /** Could lead to several values before its last step: an index on it would count across all of them. */
  readonly severalBefore: boolean;
  readonly several: boolean;
  /** The element that the last property stands for. */
  readonly element?: ElementDefinition | undefined;
}

/** Adds to `out` each value that the lane leads to from `focus`. Malformed JSON on the way leads nowhere. */
export function collect(lane: Lane, focus: JsonValue, resource: Resource, out: JsonValue[]): void {
  follow(lane.steps, 0, lane.fromResource ? resource : focus, resource, out);
}

function follow(steps: readonly Step[], index: number, value: JsonValue, resource: Resource, out: JsonValue[]): void {
  const step = steps[index];
  if (step === undefined) {
    out.push(value);
    return;
  }
  if (step.kind === 'property') {
    if (!isJsonObject(value)) return;
    const child = value[step.name];
    if (child === undefined || child === null) return;
    if (Array.isArray(child)) followEach(steps, index + 1, child, step.at, resource, out);
    else if (step.at === undefined || step.at === 0) follow(steps, index + 1, child, resource, out);
  } else if (step.kind === 'filter') {
    if (step.passes(value, resource)) follow(steps, index + 1, value, resource, out);
  } else {
    const computed = step.of(value, resource);
    if (computed === undefined) return;
    if (Array.isArray(computed)) followEach(steps, index + 1, computed, undefined, resource, out);
    else follow(steps, index + 1, computed, resource, out);
  }
}

function followEach(
  steps: readonly Step[],
  index: number,
  children: readonly JsonValue[],
  at: number | undefined,
  resource: Resource,
  out: JsonValue[],
): void {
  for (const child of at === undefined ? children : children.slice(at, at + 1)) {
    if (child !== null && child !== undefined && !Array.isArray(child)) follow(steps, index, child, resource, out);
  }
}

/** Every value that the lanes lead to, in their order. */
export function collectAll(lanes: readonly Lane[], focus: JsonValue, resource: Resource): JsonValue[] {
  const out: JsonValue[] = [];
  for (const lane of lanes) collect(lane, focus, resource, out);
  return out;
}
