/** Types that are a kind of another (https://hl7.org/fhir/R4/datatypes.html), as far as search expressions ask for them. */
const KIND_OF: ReadonlyMap<string, string> = new Map([
  ['Age', 'Quantity'],
  ['Count', 'Quantity'],
  ['Distance', 'Quantity'],
  ['Duration', 'Quantity'],
  ['SimpleQuantity', 'Quantity'],
  ['code', 'string'],
  ['id', 'string'],
  ['markdown', 'string'],
  ['canonical', 'uri'],
  ['oid', 'uri'],
  ['url', 'uri'],
  ['uuid', 'uri'],
  ['positiveInt', 'integer'],
  ['unsignedInt', 'integer'],
]);

/** True when a value of `type` is a `wanted` too: what FHIRPath's `is` and `ofType` ask. */
export function isOfType(type: string, wanted: string): boolean {
  return type === wanted || KIND_OF.get(type) === wanted;
}
