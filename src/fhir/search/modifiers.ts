import type { SearchParameter } from '../definitions/definitions.ts';
import { badRequest, type FhirError } from '../operation-outcome.ts';
import { quoted } from './refusals.ts';
import type { SearchContext } from './search-context.ts';

const BY_TYPE: Readonly<Record<SearchParameter['type'], readonly string[]>> = {
  string: ['missing', 'exact', 'contains'],
  token: ['missing', 'text', 'not', 'in', 'not-in', 'above', 'below'],
  reference: ['missing'],
  date: ['missing'],
  number: ['missing'],
  quantity: ['missing'],
  uri: ['missing', 'above', 'below'],
  composite: [],
  special: [],
};

/**
 * The modifiers that a parameter of a resource type has, those that name a type aside
 * (https://hl7.org/fhir/R4/search.html#modifiers; STU3 knows neither identifier nor of-type).
 */
export function allowedModifiers(context: SearchContext, type: string, parameter: SearchParameter): readonly string[] {
  const { definitions } = context;
  const common = BY_TYPE[parameter.type];
  const elements = definitions.elementTypes(type, parameter.code);
  if (parameter.type === 'token') {
    return definitions.version === '4.0.1' && elements.has('Identifier') ? [...common, 'of-type'] : common;
  }
  if (parameter.type !== 'reference') return common;
  const identifier = definitions.version === '4.0.1' && !(elements.size === 1 && elements.has('canonical'));
  return [...common, ...(identifier ? ['identifier'] : []), ...(elements.has('canonical') ? ['below'] : [])];
}

/** The error for a modifier that a parameter does not have. */
export function modifierRefused(
  parameter: string,
  kind: string,
  modifier: string,
  allowed: readonly string[],
): FhirError {
  const has = allowed.length === 0 ? 'it has none' : `it has ${allowed.map((name) => `:${name}`).join(', ')}`;
  return badRequest(
    'not-supported',
    `The ${kind} search parameter ${quoted(parameter)} has no modifier ${quoted(`:${modifier}`)}; ${has}.`,
  );
}

/** Throws for any modifier but those allowed. @throws FhirError 400 */
export function requireModifier(
  parameter: string,
  kind: string,
  modifier: string | undefined,
  allowed: readonly string[],
): void {
  if (modifier !== undefined && !allowed.includes(modifier)) throw modifierRefused(parameter, kind, modifier, allowed);
}
