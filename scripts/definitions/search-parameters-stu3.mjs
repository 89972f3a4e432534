// STU3's search parameters: annotations on HAPI's classes, which were generated from the published ones.
import { capabilityParameters } from './capability-parameters.mjs';
import { readAnnotations } from './java-annotations.mjs';
import { stu3Jar } from './sources.mjs';
import { leadingType, unionBranches } from './union-branches.mjs';
import { readZipEntries } from './zip-entries.mjs';

/** @typedef {import('./formats.d.ts').PublishedParameter} PublishedParameter */
/** @typedef {import('./formats.d.ts').AnnotationValue} AnnotationValue */

const modelClass = /^org\/hl7\/fhir\/dstu3\/model\/\w+\.class$/;

/**
 * The resource type a class stands for: not always its own name (ListResource is List).
 * @param {ReturnType<typeof readAnnotations>['ofClass']} annotations
 */
function resourceType(annotations) {
  const name = annotations.find(({ type }) => type.endsWith('/ResourceDef;'))?.values.name;
  return typeof name === 'string' && name !== '' ? name : undefined;
}

/**
 * @param {AnnotationValue | undefined} value
 * @returns {AnnotationValue[]}
 */
const list = (value) => (Array.isArray(value) ? value : value === undefined ? [] : [value]);

/**
 * @param {AnnotationValue} value a class constant
 * @param {Map<string, string>} typeOfClass
 */
function targetType(value, typeOfClass) {
  const descriptor = typeof value === 'object' && 'class' in value ? value.class : '';
  const type = typeOfClass.get(String(descriptor).replace(/^L(.*);$/, '$1.class'));
  if (type === undefined) throw new Error(`${JSON.stringify(value)} is no resource type`);
  return type;
}

/**
 * What a component's own expression says below the composite's.
 * "Observation.component.code" below "Observation.component" is "code". A branch that is above all of the composite's
 * own belongs to another focus; if all are, the expression starts from the resource, as in R4.
 * @param {string} composite
 * @param {string} component
 */
export function relativeExpression(composite, component) {
  const foci = unionBranches(composite).sort((a, b) => b.length - a.length);
  const relative = unionBranches(component).flatMap((branch) => {
    const focus = foci.find((path) => branch.startsWith(`${path}.`));
    return focus === undefined ? [] : [branch.slice(focus.length + 1)];
  });
  if (relative.length === 0) return component.replace(`${leadingType(component)}.`, '%resource.');
  return [...new Set(relative)].join(' | ');
}

/**
 * @param {import('./formats.d.ts').SourceResource[]} resources
 * @returns {PublishedParameter[]}
 */
export function stu3SearchParameters(resources) {
  const urls = new Map(
    capabilityParameters(resources).map(({ type, name, definition }) => [`${type}.${name}`, definition]),
  );
  const classes = [...readZipEntries(stu3Jar, (name) => modelClass.test(name))].map(([file, bytes]) => ({
    file,
    ...readAnnotations(bytes),
  }));
  /** @type {Map<string, string>} */
  const typeOfClass = new Map();
  for (const { file, ofClass } of classes) {
    const type = resourceType(ofClass);
    if (type !== undefined) typeOfClass.set(file, type);
  }
  return classes.flatMap(({ file, ofFields }) => {
    const type = typeOfClass.get(file);
    if (type === undefined) return [];
    const definitions = ofFields
      .filter((annotation) => annotation.type.endsWith('/SearchParamDefinition;'))
      .map(({ values }) => values);
    /** @param {AnnotationValue} name */
    const componentOf = (name) => {
      const part = definitions.find((values) => values.name === name);
      if (!part) throw new Error(`${type}: a composite of the unknown ${String(name)}`);
      return part;
    };
    return definitions.map((values) => {
      const code = String(values.name);
      const path = String(values.path);
      const components = list(values.compositeOf).map((name) => ({
        code: String(name),
        type: searchType(componentOf(name).type),
        expression: relativeExpression(path, String(componentOf(name).path)),
      }));
      return {
        code,
        bases: [type],
        type: searchType(values.type),
        expression: path,
        target: list(values.target).map((target) => targetType(target, typeOfClass)),
        ...(components.length > 0 && { components }),
        url: urls.get(`${type}.${code}`),
      };
    });
  });
}

/**
 * @param {AnnotationValue | undefined} value
 * @returns {import('./formats.d.ts').SearchType}
 */
function searchType(value) {
  switch (value) {
    case 'string':
    case 'token':
    case 'reference':
    case 'date':
    case 'number':
    case 'quantity':
    case 'uri':
    case 'composite':
      return value;
    default:
      throw new Error(`Unknown search type ${JSON.stringify(value)}`);
  }
}
