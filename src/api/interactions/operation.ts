import { FhirError } from '../../fhir/operation-outcome.ts';
import { quoted } from '../../fhir/search/refusals.ts';
import type { InteractionOf } from './interaction.ts';

/** https://hl7.org/fhir/R4/operations.html @throws FhirError 404: there is none yet. */
export async function operation({ operation: name }: InteractionOf<'operation'>): Promise<never> {
  throw new FhirError(404, 'not-supported', `The operation ${quoted(`$${name}`)} is not served here.`);
}
