import type { Definitions } from '../fhir/definitions/definitions.ts';
import { badRequest, FhirError } from '../fhir/operation-outcome.ts';
import { closest } from '../fhir/search/closest.ts';
import { quoted } from '../fhir/search/refusals.ts';
import type { Interaction } from './interactions/interaction.ts';
import { isResourceId } from './resource-id.ts';

/** The interactions of one path, by method. HEAD is where GET is. */
type Methods = Readonly<Partial<Record<'GET' | 'POST' | 'PUT' | 'DELETE', Interaction>>>;

/**
 * What a method and path ask for (https://hl7.org/fhir/R4/http.html#summary).
 *
 * @param path below the base URL, without query; a slash before or after it makes no difference.
 * @throws FhirError 404 for a path that leads nowhere, 405 for a method that is not served there, 400 for what can't be an id.
 * @example route('GET', '/Patient/1', definitions) // { name: 'read', type: 'Patient', id: '1' }
 */
export function route(method: string, path: string, definitions: Definitions): Interaction {
  const start = path.startsWith('/') ? 1 : 0;
  const end = path.length > start && path.endsWith('/') ? path.length - 1 : path.length;
  const text = path.slice(start, end);
  const steps = text === '' ? [] : text.split('/');
  const methods = methodsOf(text.includes('%') ? steps.map(decoded) : steps, definitions);
  const served = method === 'HEAD' ? 'GET' : method;
  const interaction = Object.hasOwn(methods, served) ? methods[served as keyof Methods] : undefined;
  if (interaction === undefined) throw methodNotAllowed(methods);
  return interaction;
}

function methodsOf(steps: readonly string[], definitions: Definitions): Methods {
  const [first, second] = steps;
  if (first === undefined) return { GET: { name: 'search-system', form: false }, POST: { name: 'batch' } };
  if (steps.length === 1) {
    if (first === 'metadata') return { GET: { name: 'capabilities' } };
    if (first === '_history') return { GET: { name: 'history-system' } };
    if (first === '_search') return { POST: { name: 'search-system', form: true } };
    if (first.startsWith('$')) return operation(first);
  }
  if (!definitions.isResourceType(first)) throw unknownType(first, definitions);
  return second === undefined ? typeMethods(first) : belowType(first, second, steps, definitions);
}

function typeMethods(type: string): Methods {
  return {
    GET: { name: 'search-type', type, form: false },
    POST: { name: 'create', type },
    PUT: { name: 'update-conditional', type },
    DELETE: { name: 'delete-conditional', type },
  };
}

function belowType(type: string, second: string, steps: readonly string[], definitions: Definitions): Methods {
  if (steps.length === 2) {
    if (second === '_history') return { GET: { name: 'history-type', type } };
    if (second === '_search') return { POST: { name: 'search-type', type, form: true } };
    if (second.startsWith('$')) return operation(second, type);
  }
  if (!isResourceId(second)) throw invalidId();
  if (steps.length === 2) {
    return {
      GET: { name: 'read', type, id: second },
      PUT: { name: 'update', type, id: second },
      DELETE: { name: 'delete', type, id: second },
    };
  }
  return belowInstance(type, second, steps.slice(2), definitions);
}

function belowInstance(type: string, id: string, rest: readonly string[], definitions: Definitions): Methods {
  const [first = '', second] = rest;
  if (first === '_history') {
    if (second === undefined) return { GET: { name: 'history-instance', type, id } };
    if (rest.length > 2) throw unknownRoute();
    if (!isResourceId(second)) throw invalidId();
    return { GET: { name: 'vread', type, id, version: second } };
  }
  if (first.startsWith('$') && rest.length === 1) return operation(first, type, id);
  return compartmentMethods(type, id, rest, definitions);
}

/** https://hl7.org/fhir/R4/search.html#compartment: `Patient/1/Observation`, `Patient/1/*`, each with `/_search` after it. */
function compartmentMethods(type: string, id: string, rest: readonly string[], definitions: Definitions): Methods {
  const form = rest.at(-1) === '_search';
  const within = form ? rest.slice(0, -1) : rest;
  const [name = '*'] = within;
  if (within.length > 1) throw unknownRoute();
  if (name !== '*' && !definitions.isResourceType(name)) throw unknownType(name, definitions);
  if (!definitions.compartmentTypes.includes(type)) {
    throw new FhirError(
      404,
      'not-supported',
      `${type} has no compartment; ${definitions.compartmentTypes.join(', ')} have.`,
    );
  }
  const search: Interaction = {
    name: 'search-compartment',
    compartment: { type, id },
    type: name === '*' ? undefined : name,
    form,
  };
  return form ? { POST: search } : { GET: search };
}

function operation(step: string, type?: string, id?: string): Methods {
  const found: Interaction = { name: 'operation', operation: step.slice(1), type, id };
  return { GET: found, POST: found };
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch (cause) {
    throw badRequest('invalid', 'The path has a "%" that begins no percent-encoded UTF-8 character.', { cause });
  }
}

function unknownType(name: string, { resourceTypes, version }: Definitions): FhirError {
  // Not a name at all: perhaps the path of another program.
  if (!/^[A-Za-z]{1,64}$/.test(name)) return unknownRoute();
  const nearest = closest(name, resourceTypes);
  const hint = nearest === undefined ? '' : ` Did you mean ${quoted(nearest)}?`;
  return new FhirError(404, 'not-supported', `${quoted(name)} is not a resource type of FHIR ${version}.${hint}`);
}

function unknownRoute(): FhirError {
  return new FhirError(404, 'not-found', 'There is nothing at this path.');
}

function invalidId(): FhirError {
  return badRequest(
    'value',
    'The path has an id that can\'t be one: 1 to 64 characters out of A-Z, a-z, 0-9, "-" and ".".',
  );
}

function methodNotAllowed(methods: Methods): FhirError {
  const allowed = Object.keys(methods).flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const allow = allowed.join(', ');
  return new FhirError(405, 'not-supported', `This method is not served at this path, which takes ${allow}.`, {
    headers: { allow },
  });
}
