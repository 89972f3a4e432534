// Published mistakes that are corrected here, each by name, so that a new one fails the generator instead of passing.

/** @typedef {import('./formats.d.ts').FhirVersion} FhirVersion */

/**
 * Expressions by "Type.code".
 * @type {Record<FhirVersion, Record<string, string>>}
 */
export const expressionCorrections = {
  r4: {
    // Published as "name | alias", without the type every other expression starts with.
    'InsurancePlan.name': 'InsurancePlan.name | InsurancePlan.alias',
  },
  stu3: {
    // Published as "Patient.deceased.exists()": that makes someone with deceasedBoolean false deceased. R4 corrects it.
    'Patient.deceased': 'Patient.deceased.exists() and Patient.deceased != false',
  },
};

/**
 * Component expressions by "Type.composite.component".
 * @type {Record<FhirVersion, Record<string, string>>}
 */
export const componentCorrections = {
  r4: {
    // The two are published with each other's expressions: relatesto is the reference, relation the code.
    'DocumentReference.relationship.relatesto': 'target',
    'DocumentReference.relationship.relation': 'code',
  },
  stu3: {
    // The parameter "start" is the window's in the reference sequence; in this composite it is the variant's.
    'Sequence.coordinate.start': 'start',
  },
};

/** FHIRPath knows these types by their FHIR names only; STU3, and one R4 component, write them as Java does. */
const typeNames = new Map([
  ['Date', 'date'],
  ['DateTime', 'dateTime'],
  ['String', 'string'],
  ['Uri', 'uri'],
]);

/** @param {string} expression */
export function withFhirTypeNames(expression) {
  return expression.replace(
    /(\bas\(|\bis\(|\bas |\bis )(\w+)/g,
    (_, start, name) => `${start}${typeNames.get(name) ?? name}`,
  );
}

/**
 * Bound value sets that FHIR does not define itself: codes cannot be checked against them.
 * @type {Record<FhirVersion, string[]>}
 */
export const externalValueSets = {
  r4: [
    'http://dicom.nema.org/medical/dicom/current/output/chtml/part04/sect_B.5.html#table_B.5-1',
    'http://dicom.nema.org/medical/dicom/current/output/chtml/part16/sect_CID_29.html',
    'http://loinc.org/vs/LL379-9',
    'http://www.rsna.org/RadLex_Playbook.aspx',
  ],
  stu3: ['http://www.rfc-editor.org/bcp/bcp13.txt'],
};

/**
 * Compartment entries that are no search parameter of the type but a chain, or a name from an earlier draft.
 * @type {Record<FhirVersion, string[]>}
 */
export const unsearchableCompartmentEntries = {
  r4: [],
  stu3: [
    'AuditEvent.agent.patient',
    'AuditEvent.entity.patient',
    'Provenance.target.patient',
    'Provenance.target.subject',
  ],
};
