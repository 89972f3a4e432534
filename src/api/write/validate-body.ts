import { badRequest } from '../../fhir/operation-outcome.ts';
import { isJsonObject, type JsonValue, type Resource } from '../../fhir/resource.ts';
import { isResourceId } from '../resource-id.ts';

/**
 * What a body must be before anything is done with it: a resource of the type that the URL names and, for an update, with its id
 * (https://hl7.org/fhir/R4/http.html#update). What is in it is validation's to say.
 *
 * @param expectedId of an update; undefined: the body's own id says nothing.
 * @throws FhirError 400, with the element at fault.
 */
export function validateBody(json: JsonValue | undefined, expectedType: string, expectedId?: string): Resource {
  if (!isJsonObject(json))
    throw badRequest('structure', `The body is JSON, but not an object: not a ${expectedType} resource.`);
  const { resourceType, id, meta } = json;
  if (typeof resourceType !== 'string') {
    throw badRequest('required', 'The body has no "resourceType", so it is not a FHIR resource.', {
      expression: 'resourceType',
    });
  }
  if (resourceType !== expectedType) {
    throw badRequest(
      'invalid',
      `The body is not a ${expectedType}, as the URL says: its "resourceType" is another one.`,
      {
        expression: 'resourceType',
      },
    );
  }
  if (id !== undefined && !(typeof id === 'string' && isResourceId(id))) {
    throw badRequest('value', 'An id has 1 to 64 characters out of A-Z, a-z, 0-9, "-" and ".".', {
      expression: `${expectedType}.id`,
    });
  }
  if (expectedId !== undefined && id !== expectedId) {
    const text =
      id === undefined ? 'An update needs the id in the body too.' : 'The id in the body is not the id in the URL.';
    throw badRequest(id === undefined ? 'required' : 'value', text, { expression: `${expectedType}.id` });
  }
  if (meta !== undefined && !isJsonObject(meta)) {
    throw badRequest('structure', '"meta" is not an object.', { expression: `${expectedType}.meta` });
  }
  return json as Resource;
}
