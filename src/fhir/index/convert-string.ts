import { isJsonObject } from '../resource.ts';
import { type Convert, type Label, textOf } from './converter.ts';

/** The parts of https://hl7.org/fhir/R4/datatypes.html#HumanName that a search may name: each on its own. */
const NAME_PARTS = ['text', 'family', 'given', 'prefix', 'suffix'] as const;
const ADDRESS_PARTS = ['text', 'line', 'city', 'district', 'state', 'postalCode', 'country'] as const;

function plain({ parameter }: Label): Convert {
  return (value, group, out) => {
    const text = textOf(value);
    if (text !== '') out.push({ kind: 'string', parameter, group, text });
  };
}

function inParts(parts: readonly string[], label: Label): Convert {
  const convert = plain(label);
  return (value, group, out) => {
    if (!isJsonObject(value)) return;
    for (const part of parts) {
      const held = value[part];
      if (Array.isArray(held)) for (const one of held) convert(one, group, out);
      else if (held !== undefined) convert(held, group, out);
    }
  };
}

/** Converts values for a string parameter (https://hl7.org/fhir/R4/search.html#string); undefined for a type that has no text. */
export function stringConverter(type: string, label: Label): Convert | undefined {
  switch (type) {
    case 'HumanName':
      return inParts(NAME_PARTS, label);
    case 'Address':
      return inParts(ADDRESS_PARTS, label);
    case 'string':
    case 'markdown':
    case 'code':
    case 'uri':
    case 'base64Binary':
      return plain(label);
  }
  return undefined;
}
