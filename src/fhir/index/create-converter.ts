import type { Definitions, ElementDefinition, SearchParameterType } from '../definitions/definitions.ts';
import type { Terminology } from '../terminology/terminology.ts';
import { dateConverter } from './convert-date.ts';
import { type CanonicalUnits, numberConverter, quantityConverter } from './convert-quantity.ts';
import { referenceConverter } from './convert-reference.ts';
import { stringConverter } from './convert-string.ts';
import { type SystemOfCode, systemOfCode, tokenConverter } from './convert-token.ts';
import { uriConverter } from './convert-uri.ts';
import type { Convert, Label } from './converter.ts';
import { createParseReference, type ParseReference } from './reference-target.ts';

/** What an indexer may know beside the definitions. */
export interface IndexerOptions {
  /** The service base URL: absolute references below it are local. */
  readonly baseUrl?: string | undefined;
  readonly units: CanonicalUnits;
  /** Tells the implied system of an element of type code, so that `gender=http://hl7.org/fhir/administrative-gender|male` matches. */
  readonly terminology?: Pick<Terminology, 'expand'> | undefined;
}

/** The converter for values of a FHIR type under a parameter of a type; undefined when such values give nothing to search by. */
export type CreateConverter = (
  parameterType: SearchParameterType,
  fhirType: string,
  label: Label,
  element: ElementDefinition | undefined,
) => Convert | undefined;

/** Binds the converters to what they need. */
export function createConverters(definitions: Definitions, options: IndexerOptions): CreateConverter {
  const parse: ParseReference = createParseReference((name) => definitions.isResourceType(name), options.baseUrl);
  return (parameterType, fhirType, label, element) => {
    switch (parameterType) {
      case 'string':
        return stringConverter(fhirType, label);
      case 'token':
        return tokenConverter(fhirType, label, impliedSystem(element, options));
      case 'reference':
        return referenceConverter(fhirType, label, parse);
      case 'date':
        return dateConverter(fhirType, label);
      case 'number':
        return numberConverter(fhirType, label);
      case 'quantity':
        return quantityConverter(fhirType, label, options.units);
      case 'uri':
        return uriConverter(fhirType, label);
      case 'composite':
      case 'special':
        return undefined;
    }
  };
}

/** By a required binding alone: what is outside an extensible one is of another system. */
function impliedSystem(element: ElementDefinition | undefined, options: IndexerOptions): SystemOfCode | undefined {
  const { terminology } = options;
  const [strength, valueSet] = element?.binding ?? [];
  if (terminology === undefined || valueSet === undefined || strength !== 'required') return undefined;
  return systemOfCode(() => terminology.expand(valueSet));
}
