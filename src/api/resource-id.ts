const ID = /^[A-Za-z0-9\-.]{1,64}$/;

/** True of a text that can be a resource's logical id (https://hl7.org/fhir/R4/datatypes.html#id). */
export function isResourceId(text: string): boolean {
  return ID.test(text);
}
