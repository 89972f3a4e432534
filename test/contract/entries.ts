import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';

/** Short ways to write entries, for tables. */

export function string(parameter: string, text: string, group = 0): IndexEntry {
  return { kind: 'string', parameter, group, text };
}

export function token(parameter: string, system: string, code: string, text?: string, group = 0): IndexEntry {
  return { kind: 'token', parameter, group, system, code, text };
}

/** A reference to a resource here, `Type/id`. */
export function reference(parameter: string, target: string, group = 0): IndexEntry {
  const [type, id] = target.split('/');
  return { kind: 'reference', parameter, group, type, id };
}

export function urlReference(parameter: string, url: string, version?: string): IndexEntry {
  return { kind: 'reference', parameter, group: 0, url, version };
}

export function date(parameter: string, low: number, high: number, group = 0): IndexEntry {
  return { kind: 'date', parameter, group, low, high };
}

export function number(parameter: string, low: number, high = low, group = 0): IndexEntry {
  return { kind: 'number', parameter, group, low, high };
}

export function quantity(
  parameter: string,
  value: number,
  system: string,
  code: string,
  unit = code,
  group = 0,
): IndexEntry {
  return { kind: 'quantity', parameter, group, low: value, high: value, system, code, unit };
}

export function uri(parameter: string, value: string): IndexEntry {
  return { kind: 'uri', parameter, group: 0, uri: value };
}

export function present(parameter: string): IndexEntry {
  return { kind: 'present', parameter, group: 0 };
}
