import { isJsonObject, type JsonValue, type Resource } from '../resource.ts';
import { tokenConverter } from './convert-token.ts';
import { type Convert, type Label, textOf } from './converter.ts';
import type { IndexEntry } from './index-entry.ts';
import { type ParseReference, referencedType } from './reference-target.ts';

function addReference(text: string, label: Label, group: number, parse: ParseReference, out: IndexEntry[]): void {
  const target = parse(text);
  if (target !== undefined) out.push({ kind: 'reference', parameter: label.parameter, group, ...target });
}

/** A Reference; its logical identifier is a token of its own (https://hl7.org/fhir/R4/search.html#reference, `:identifier`). */
function reference(label: Label, parse: ParseReference): Convert {
  const { derived } = label;
  const identifier = derived && tokenConverter('Identifier', { parameter: derived.identifier });
  return (value, group, out) => {
    if (!isJsonObject(value)) return;
    addReference(textOf(value.reference), label, group, parse, out);
    const logical = value.identifier;
    if (logical !== undefined) identifier?.(logical, group, out);
  };
}

/**
 * `url|version` (https://hl7.org/fhir/R4/references.html#canonical). One that is the address of a resource here is found both ways, as
 * that resource and as a URL.
 */
function canonical(label: Label, parse: ParseReference): Convert {
  return (value, group, out) => {
    const text = textOf(value);
    const bar = text.lastIndexOf('|');
    const url = bar < 0 ? text : text.slice(0, bar);
    const version = bar < 0 ? '' : text.slice(bar + 1);
    if (url === '' || url.startsWith('#')) return;
    const { parameter } = label;
    const target = version === '' ? parse(url) : undefined;
    if (target?.type !== undefined) out.push({ kind: 'reference', parameter, group, ...target });
    if (target?.type !== undefined && !url.includes('://')) return;
    out.push({ kind: 'reference', parameter, group, url, version: version || undefined });
  };
}

/** A resource within a Bundle: `Bundle.composition` and `Bundle.message` lead to the first entry's. */
function inline(label: Label, parse: ParseReference): Convert {
  return (value, group, out) => {
    if (!isJsonObject(value) || textOf(value.id) === '') return;
    addReference(`${textOf(value.resourceType)}/${textOf(value.id)}`, label, group, parse, out);
  };
}

/** Converts values for a reference parameter (https://hl7.org/fhir/R4/search.html#reference). */
export function referenceConverter(type: string, label: Label, parse: ParseReference): Convert | undefined {
  switch (type) {
    case 'Reference':
      return reference(label, parse);
    case 'canonical':
    case 'uri':
    case 'url':
    case 'oid':
    case 'uuid':
      return canonical(label, parse);
    case 'Resource':
      return inline(label, parse);
    case 'Identifier':
      return label.derived && tokenConverter('Identifier', { parameter: label.derived.identifier });
    case 'Attachment': {
      const convert = canonical(label, parse);
      return (value, group, out) => convert((isJsonObject(value) && value.url) || '', group, out);
    }
  }
  return undefined;
}

/**
 * True unless a value refers to a type that the parameter does not lead to. STU3's `patient` parameters have the expression of
 * `subject`: only their targets tell that a Group is none of theirs.
 */
export function mayTarget(targets: readonly string[]): (value: JsonValue, resource: Resource) => boolean {
  const allowed = new Set(targets);
  return (value, resource) => {
    const type =
      isJsonObject(value) && 'resourceType' in value ? textOf(value.resourceType) : referencedType(value, resource);
    return type === undefined || allowed.has(type);
  };
}
