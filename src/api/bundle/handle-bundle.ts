import { badRequest } from '../../fhir/operation-outcome.ts';
import type { Resource } from '../../fhir/resource.ts';
import type { BundleHandler, EntryRunner } from '../bundle-handler.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import type { Preferences } from '../negotiation/preferences.ts';
import { readJson } from '../read-json.ts';
import { renderBundle } from '../render/bundle-pieces.ts';
import type { ServerContext } from '../server-context.ts';
import { validateBody } from '../write/validate-body.ts';
import { batch } from './batch.ts';
import { entriesOf, parseEntry } from './parse-entries.ts';
import { transaction } from './transaction.ts';

/** Carries out the Bundle that was posted to the base: a batch or a transaction (https://hl7.org/fhir/R4/http.html#transaction). */
export const handleBundle: BundleHandler = async (
  context: ServerContext,
  call: Call,
  runner: EntryRunner,
): Promise<FhirResponse> => {
  const bundle: Resource = validateBody(await readJson(context, call), 'Bundle');
  const { type } = bundle;
  const entries = entriesOf(bundle);
  const preferences = entryPreferences(call);
  const head = { lastUpdated: context.now() };
  if (type === 'batch') {
    const answers = await batch(context, entries, runner, preferences);
    return renderBundle({ ...head, type: 'batch-response' }, answers, call.presentation);
  }
  if (type === 'transaction') {
    const parsed = entries.map((json, index) => parseEntry(context, json, index, preferences));
    const answers = await transaction(context, parsed, runner);
    return renderBundle({ ...head, type: 'transaction-response' }, answers, call.presentation);
  }
  const text =
    'Only a Bundle of the type batch or transaction can be carried out. To store a Bundle as it is, POST it to [base]/Bundle.';
  throw badRequest(type === undefined ? 'required' : 'value', text, { expression: 'Bundle.type' });
};

/** Entries answer with their resources only when that is asked for: a transaction of thousands would come back whole. */
function entryPreferences({ headers, preferences }: Call): Preferences {
  return /\breturn\s*=\s*"?(minimal|representation|operationoutcome)\b/i.test(headers.prefer ?? '')
    ? preferences
    : { ...preferences, return: 'minimal' };
}
