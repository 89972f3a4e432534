import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { Definitions, SearchParameter } from '../../src/fhir/definitions/definitions.ts';
import { loadDefinitions } from '../../src/fhir/definitions/load-definitions.ts';
import type { FhirVersion } from '../../src/fhir/fhir-version.ts';
import { compilePath, type PathScope } from '../../src/fhir/index/compile-path.ts';
import { createFhirPathEngine, type TypedValue } from '../../src/fhir/index/fhirpath-engine.ts';
import { collectAll, type Lane } from '../../src/fhir/index/path-lane.ts';
import { isJsonObject, type JsonValue, type Resource } from '../../src/fhir/resource.ts';
import { examplesFolder } from './examples-folder.ts';

/** HL7's examples; outside the repository, so absent in most places. */
const EXAMPLES = examplesFolder() ?? '../shared/examples';

/** Where walks and the engine differ, and why; by `version Type.parameter`. */
const KNOWN_DIFFERENCES: Readonly<Record<string, string>> = {
  '3.0.1 ExplanationOfBenefit.payee':
    'payee has an element resourceType, for which the engine takes it for a resource of its own',
};

/** An expression in all forms: as a walk, and as the engine's. */
interface Subject {
  readonly name: string;
  readonly expression: string;
  readonly scope: PathScope;
  readonly lanes: readonly Lane[];
}

function readExamples(file: string): readonly Resource[] {
  const lines = gunzipSync(readFileSync(file)).toString().split('\n');
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Resource);
}

function subject(name: string, expression: string, scope: PathScope): Subject {
  return { name, expression, scope, lanes: compilePath(expression, scope) };
}

/** The parameter's expression and, for a composite, its parts' from each type of element. */
function subjectsOf(definitions: Definitions, resourceType: string, parameter: SearchParameter): readonly Subject[] {
  const { code, expression, components = [] } = parameter;
  // Not indexed; and the package's model, like R4's StructureDefinitions, has ids as System.String.
  if (expression === undefined || code === '_id') return [];
  const scope = { definitions, resourceType, focusType: resourceType };
  const whole = subject(`${resourceType}.${code}`, expression, scope);
  const foci = [...new Set(whole.lanes.map((lane) => lane.type))];
  const parts = components.flatMap((part) =>
    foci.map((focusType) => subject(`${whole.name}$${part.code}`, part.expression, { ...scope, focusType })),
  );
  return [whole, ...parts];
}

function typed(type: string, value: JsonValue): string {
  const runtime = isJsonObject(value) && typeof value.resourceType === 'string' ? value.resourceType : type;
  return `${runtime} ${JSON.stringify(value)}`;
}

function byWalk(lanes: readonly Lane[], focus: JsonValue, resource: Resource): readonly string[] {
  const found = lanes.flatMap((lane) => collectAll([lane], focus, resource).map((value) => typed(lane.type, value)));
  return [...new Set(found)].sort();
}

function byEngine(values: readonly TypedValue[]): readonly string[] {
  return [...new Set(values.map(({ type, value }) => typed(type, value)))].sort();
}

const releases: readonly (readonly [version: FhirVersion, file: string])[] = [
  ['4.0.1', `${EXAMPLES}/r4-official-examples.ndjson.gz`],
  ['3.0.1', `${EXAMPLES}/stu3-official-examples.ndjson.gz`],
];

describe.each(releases)('search expressions of FHIR %s', (version, file) => {
  const definitions = loadDefinitions(version);
  const subjects = new Map(
    definitions.resourceTypes.map((type) => [
      type,
      definitions.searchParameters(type).flatMap((parameter) => subjectsOf(definitions, type, parameter)),
    ]),
  );

  it('all compile to walks that lead somewhere', () => {
    const all = [...subjects.values()].flat();
    expect(all.length).toBeGreaterThan(1300);
    expect(all.filter(({ lanes }) => lanes.length === 0)).toEqual([]);
  });

  it.skipIf(!existsSync(file))(`give the same by walk and by the FHIRPath engine on each example (${file})`, () => {
    const compile = createFhirPathEngine(version);
    const engines = new Map<Subject, ReturnType<typeof compile>>();
    const differences = new Map<string, unknown>();
    let compared = 0;
    for (const resource of readExamples(file)) {
      const ofType = subjects.get(resource.resourceType) ?? [];
      for (const one of ofType) {
        const evaluate = engines.get(one) ?? compile(one.expression, one.scope.focusType);
        engines.set(one, evaluate);
        for (const focus of fociOf(one, ofType, resource)) {
          const walked = byWalk(one.lanes, focus, resource);
          const evaluated = byEngine(evaluate(focus, resource));
          compared += evaluated.length;
          if (JSON.stringify(walked) === JSON.stringify(evaluated)) continue;
          differences.set(`${version} ${one.name}`, { id: resource.id, expression: one.expression, walked, evaluated });
        }
      }
    }
    const known = Object.keys(KNOWN_DIFFERENCES).filter((name) => name.startsWith(version));
    for (const name of known) expect(differences.delete(name), `${name} differs no more`).toBe(true);
    expect(Object.fromEntries(differences)).toEqual({});
    expect(compared).toBeGreaterThan(3000);
  });
});

/** What an expression is evaluated on: the resource, or the elements of the composite that it is a part of. */
function fociOf({ name, scope }: Subject, all: readonly Subject[], resource: Resource): readonly JsonValue[] {
  const [composite, part] = name.split('$');
  if (part === undefined) return [resource];
  const lanes = all.find((one) => one.name === composite)?.lanes.filter((lane) => lane.type === scope.focusType);
  return collectAll(lanes ?? [], resource, resource);
}
