import type { FhirVersion } from '../fhir-version.ts';
import type { JsonValue, Resource } from '../resource.ts';
import { compilePath, type PathScope } from './compile-path.ts';
import { createFhirPathEngine, type EvaluateExpression } from './fhirpath-engine.ts';
import type { Lane } from './path-lane.ts';
import { UnsupportedPathError } from './path-syntax.ts';

/** Compiles an expression to lanes. Throws what the engine throws at an expression that is no FHIRPath. */
export type CompileExpression = (expression: string, scope: PathScope) => readonly Lane[];

/** The types that a parameter can have values of: what lanes through the engine are made for, one each. */
const VALUE_TYPES = [
  ...['Address', 'Age', 'Attachment', 'CodeableConcept', 'Coding', 'ContactPoint', 'Count', 'Distance', 'Duration'],
  ...['HumanName', 'Identifier', 'Money', 'Period', 'Quantity', 'Range', 'Reference', 'SampledData', 'Timing'],
  ...['boolean', 'canonical', 'code', 'date', 'dateTime', 'decimal', 'id', 'instant', 'integer', 'markdown', 'oid'],
  ...['positiveInt', 'string', 'time', 'unsignedInt', 'uri', 'url', 'uuid'],
];

/**
 * Compiles expressions to walks, and those beyond the subset to lanes through the FHIRPath engine, which is loaded with the first of
 * them: 100 ms that no published expression costs.
 */
export function createCompileExpression(version: FhirVersion): CompileExpression {
  let engine: ReturnType<typeof createFhirPathEngine> | undefined;
  return (expression, scope) => {
    try {
      return compilePath(expression, scope);
    } catch (error) {
      if (!(error instanceof UnsupportedPathError)) throw error;
      engine ??= createFhirPathEngine(version);
      return engineLanes(engine(expression, scope.focusType));
    }
  };
}

function engineLanes(evaluate: EvaluateExpression): readonly Lane[] {
  return VALUE_TYPES.map((type) => ({
    type,
    fromResource: false,
    severalBefore: false,
    several: true,
    steps: [
      { kind: 'compute', of: (focus: JsonValue, resource: Resource) => valuesOfType(evaluate, type, focus, resource) },
    ],
  }));
}

function valuesOfType(evaluate: EvaluateExpression, type: string, focus: JsonValue, resource: Resource): JsonValue[] {
  return evaluate(focus, resource).flatMap((found) => (found.type === type ? [found.value] : []));
}
