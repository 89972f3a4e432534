import { isJsonObject, type JsonObject, type JsonValue } from '../resource.ts';
import type { CodeSet } from '../terminology/terminology.ts';
import { type Convert, type Label, numberOf, textOf } from './converter.ts';
import type { IndexEntry } from './index-entry.ts';

/** The code system that a code is of by its element's binding; '' when that is not known. */
export type SystemOfCode = (code: string) => string;

function addToken(
  parameter: string,
  group: number,
  system: string,
  code: string,
  text: string,
  out: IndexEntry[],
): void {
  if (system === '' && code === '' && text === '') return;
  out.push({ kind: 'token', parameter, group, system, code, text: text === '' ? undefined : text });
}

function addCoding(parameter: string, group: number, coding: JsonObject, text: string, out: IndexEntry[]): void {
  const display = textOf(coding.display);
  const texts = display === '' || display === text ? text : text === '' ? display : `${display}\n${text}`;
  addToken(parameter, group, textOf(coding.system), textOf(coding.code), texts, out);
}

function coding({ parameter }: Label): Convert {
  return (value, group, out) => {
    if (isJsonObject(value)) addCoding(parameter, group, value, '', out);
  };
}

/** Each coding is a token, and carries the concept's text; a concept of text alone is a token without a code. */
function codeableConcept({ parameter }: Label): Convert {
  return (value, group, out) => {
    if (!isJsonObject(value)) return;
    const text = textOf(value.text);
    const before = out.length;
    for (const one of objects(value.coding)) addCoding(parameter, group, one, text, out);
    if (out.length === before) addToken(parameter, group, '', '', text, out);
  };
}

/** With one more token for each coding of the type: `:of-type` (https://hl7.org/fhir/R4/search.html#token). */
function identifier({ parameter, derived }: Label): Convert {
  return (value, group, out) => {
    if (!isJsonObject(value)) return;
    const code = textOf(value.value);
    const type = value.type;
    const text = isJsonObject(type) ? textOf(type.text) : '';
    addToken(parameter, group, textOf(value.system), code, text, out);
    if (derived === undefined || code === '' || !isJsonObject(type)) return;
    for (const one of objects(type.coding)) {
      const system = `${textOf(one.system)}|${textOf(one.code)}`;
      out.push({ kind: 'token', parameter: derived.ofType, group, system, code });
    }
  };
}

/**
 * The specification gives a ContactPoint no system and wants searches without `|`; HAPI lets `email|…` tell the kinds apart, which does
 * no harm to the others.
 */
function contactPoint({ parameter }: Label): Convert {
  return (value, group, out) => {
    if (!isJsonObject(value)) return;
    const code = textOf(value.value);
    if (code !== '') out.push({ kind: 'token', parameter, group, system: textOf(value.system), code });
  };
}

function primitive({ parameter }: Label, systemOf: SystemOfCode | undefined): Convert {
  return (value, group, out) => {
    const code = typeof value === 'boolean' ? String(value) : (numberOf(value)?.toString() ?? textOf(value));
    if (code !== '') out.push({ kind: 'token', parameter, group, system: systemOf?.(code) ?? '', code });
  };
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : isJsonObject(value) ? [value] : [];
}

/**
 * Converts values for a token parameter (https://hl7.org/fhir/R4/search.html#token); undefined for a type that has no code.
 * `systemOf` is for elements of type code, whose system is implied.
 */
export function tokenConverter(type: string, label: Label, systemOf?: SystemOfCode): Convert | undefined {
  switch (type) {
    case 'Coding':
      return coding(label);
    case 'CodeableConcept':
      return codeableConcept(label);
    case 'Identifier':
      return identifier(label);
    case 'ContactPoint':
      return contactPoint(label);
    case 'code':
      return primitive(label, systemOf);
  }
  return /^[a-z]/.test(type) ? primitive(label, undefined) : undefined;
}

/** Finds the systems of a value set's codes; the set is asked for with the first code. */
export function systemOfCode(expand: () => CodeSet | undefined): SystemOfCode {
  let codes: CodeSet | undefined;
  return (code) => {
    codes ??= expand() ?? [];
    const [only] = codes;
    if (codes.length === 1 && only !== undefined) return only.system;
    return codes.find((part) => part.codes?.includes(code))?.system ?? '';
  };
}
