import { parseQueryString } from '../../fhir/search/parse-query-string.ts';
import { parseSearch } from '../../fhir/search/parse-search.ts';
import type { QueryPair, SearchInput } from '../../fhir/search/search-context.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import { requireForm } from '../negotiation/content-type.ts';
import { parsePresentation } from '../negotiation/presentation.ts';
import { renderSearchset } from '../render/render-searchset.ts';
import type { ServerContext } from '../server-context.ts';
import type { InteractionOf } from './interaction.ts';
import { tellShown } from './tell-trail.ts';

type Search = InteractionOf<'search-type' | 'search-system' | 'search-compartment'>;

const UTF8 = new TextDecoder();

/** https://hl7.org/fhir/R4/http.html#search, of a type, of all, or within a compartment. @throws FhirError 400, 403, 413, 415 */
export async function search(context: ServerContext, interaction: Search, call: Call): Promise<FhirResponse> {
  const parameters = interaction.form
    ? [...call.parameters, ...(await formParameters(context, call))]
    : call.parameters;
  if (interaction.form && context.trail !== undefined) context.trail.parameters = parameters;
  const input: SearchInput = {
    type: interaction.name === 'search-system' ? undefined : interaction.type,
    compartment: interaction.name === 'search-compartment' ? interaction.compartment : undefined,
    parameters,
    handling: call.preferences.handling,
  };
  const parsed = await parseSearch(input, context.search);
  const page = await context.store.search(parsed.query);
  tellShown(context, page.matches);
  tellShown(context, page.included);
  // What a form says of the answer counts as what the URL says.
  const asked = interaction.form
    ? parsePresentation(call.headers, parameters, context.definitions.version)
    : call.presentation;
  const { summary, elements } = parsed;
  const presentation = { ...asked, summary: summary === 'false' ? undefined : summary, elements };
  return renderSearchset(context, pathOf(input), parsed, page, presentation);
}

/** A body's parameters; all may be in the URL, with no body at all. */
async function formParameters(context: ServerContext, call: Call): Promise<readonly QueryPair[]> {
  const bytes = await call.body(context.limits.bodyBytes);
  if (bytes.length === 0 && call.headers['content-type'] === undefined) return [];
  requireForm(call);
  return parseQueryString(UTF8.decode(bytes));
}

/** Of the search as a GET has it. */
function pathOf({ type, compartment }: SearchInput): string {
  return compartment === undefined ? (type ?? '') : `${compartment.type}/${compartment.id}/${type ?? '*'}`;
}
