import type { SearchParameter } from '../../src/fhir/definitions/definitions.ts';
import type { SharedIndex } from '../../src/fhir/definitions/shared-index.ts';
import type { FhirVersion } from '../../src/fhir/fhir-version.ts';
import type { IndexEntry } from '../../src/fhir/index/index-entry.ts';

const UNITS: readonly (readonly [length: number, advance: (date: Date) => void])[] = [
  [4, (date) => date.setUTCFullYear(date.getUTCFullYear() + 1)],
  [7, (date) => date.setUTCMonth(date.getUTCMonth() + 1)],
  [10, (date) => date.setUTCDate(date.getUTCDate() + 1)],
  [16, (date) => date.setUTCMinutes(date.getUTCMinutes() + 1)],
  [19, (date) => date.setUTCSeconds(date.getUTCSeconds() + 1)],
  [23, (date) => date.setUTCMilliseconds(date.getUTCMilliseconds() + 1)],
];

/** The date or dateTime that covers exactly [low, high); undefined when none does. */
function dateText(low: number, high: number): string | undefined {
  const text = new Date(low).toISOString();
  for (const [length, advance] of UNITS) {
    const begin = Date.parse(length <= 10 ? text.slice(0, length) : `${text.slice(0, length)}Z`);
    const end = new Date(begin);
    advance(end);
    if (begin === low && end.getTime() === high)
      return length <= 10 ? text.slice(0, length) : `${text.slice(0, length)}Z`;
  }
  return undefined;
}

/** A moment within [low, high), which a period overlaps. */
function dateValue(low: number, high: number): string {
  const exact = Number.isFinite(low) && Number.isFinite(high) ? dateText(low, high) : undefined;
  if (exact !== undefined) return exact;
  if (Number.isFinite(low)) return `ge${new Date(low).toISOString()}`;
  return `le${new Date(high - 1).toISOString()}`;
}

function escaped(text: string): string {
  return text.replace(/[\\,$|]/g, '\\$&');
}

/** `<5`, of which only one side is known, must be found by that side. */
function numberValue(low: number, high: number): string {
  if (low === high) return String(low);
  return Number.isFinite(low) ? `ge${low}` : `le${high}`;
}

/** The value that a search for the entry has; undefined for one that is only there. */
function searchValue(entry: IndexEntry): string | undefined {
  switch (entry.kind) {
    case 'string':
      return escaped(entry.text);
    case 'token':
      return entry.code === '' && entry.system === '' ? undefined : `${escaped(entry.system)}|${escaped(entry.code)}`;
    case 'reference':
      if (entry.url !== undefined)
        return `${escaped(entry.url)}${entry.version === undefined ? '' : `|${escaped(entry.version)}`}`;
      return `${entry.type}/${entry.id}`;
    case 'date':
      return dateValue(entry.low, entry.high);
    case 'number':
      return numberValue(entry.low, entry.high);
    case 'quantity': {
      const unit = entry.code === '' ? entry.unit : entry.code;
      const value = numberValue(entry.low, entry.high);
      return unit === '' ? value : `${value}|${entry.code === '' ? '' : escaped(entry.system)}|${escaped(unit)}`;
    }
    case 'uri':
      return escaped(entry.uri);
    case 'present':
      return undefined;
  }
}

/** `name=value`, ready for a URL. */
function query(name: string, value: string): string {
  return `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
}

/** What decides which searches a release has. */
export interface SearchRules {
  readonly version: FhirVersion;
  readonly parameter: (code: string) => SearchParameter | undefined;
  readonly parameters: readonly SearchParameter[];
  readonly shared: SharedIndex;
}

function singleSearches(entry: IndexEntry, rules: SearchRules): string[] {
  const { parameter } = entry;
  // `:identifier` and `:of-type` came with R4.
  if (rules.version === '3.0.1' && parameter.includes(':')) return [];
  const value = searchValue(entry);
  if (parameter.endsWith(':of-type') && entry.kind === 'token') {
    // The system is `system|code` of the type: the bar between them stays one.
    const [system = '', code = ''] = splitLast(entry.system, '|');
    return [query(parameter, `${escaped(system)}|${escaped(code)}|${escaped(entry.code)}`)];
  }
  const there = parameter.includes(':') ? [] : [query(`${parameter}:missing`, 'false')];
  if (value === undefined) {
    const text = entry.kind === 'token' ? entry.text?.split('\n')[0] : undefined;
    return text === undefined ? there : [...there, query(`${parameter}:text`, escaped(text))];
  }
  const searches = [...there, query(parameter, value)];
  if (entry.kind === 'string') {
    const start = [...entry.text].slice(0, 4).join('').trim();
    if (start !== '') searches.push(query(parameter, escaped(start)));
    searches.push(query(`${parameter}:exact`, value));
    searches.push(query(`${parameter}:contains`, escaped(entry.text.slice(1, 9).trim() || entry.text)));
  }
  if (entry.kind === 'token' && entry.code !== '' && !parameter.includes(':')) {
    searches.push(query(parameter, escaped(entry.code)));
    if (entry.system !== '') searches.push(query(parameter, `${escaped(entry.system)}|`));
    for (const text of entry.text?.split('\n') ?? [])
      searches.push(query(`${parameter}:text`, escaped(text.slice(0, 20).trim() || text)));
  }
  // Some examples refer to what their element may not refer to; then only the whole reference finds them.
  if (entry.kind === 'reference' && rules.parameter(parameter)?.target?.includes(entry.type ?? '')) {
    searches.push(query(`${parameter}:${entry.type}`, String(entry.id)));
    searches.push(query(parameter, String(entry.id)));
  }
  if (entry.kind === 'uri') searches.push(query(`${parameter}:below`, value));
  return searches;
}

function splitLast(text: string, separator: string): string[] {
  const at = text.lastIndexOf(separator);
  return [text.slice(0, at), text.slice(at + separator.length)];
}

/** The entry as each of the parameters would have it by itself that share it. */
function asOwned(entry: IndexEntry, { parameters, shared }: SearchRules): IndexEntry[] {
  const [code = '', derived] = entry.parameter.split(':');
  const owners = parameters.filter(
    ({ type, code: owner }) => type !== 'composite' && shared.codesOf(owner).includes(code),
  );
  return owners.map((owner) => ({
    ...entry,
    parameter: derived === undefined ? owner.code : `${owner.code}:${derived}`,
  }));
}

/** A search for each composite over the whole resource: the first value of each of its parts. */
function wholeSearches(entries: readonly IndexEntry[], { parameters, shared }: SearchRules): string[] {
  return parameters.flatMap(({ code }) =>
    shared.composite(code).flatMap((form) => {
      if (form.kind === 'grouped') return [];
      const values = form.parts.map((codes) =>
        entries
          .filter(({ parameter }) => codes.includes(parameter))
          .map(searchValue)
          .find((value) => value !== undefined),
      );
      return values.includes(undefined) ? [] : [query(code, values.join('$'))];
    }),
  );
}

/** A search for each group of each composite that has it: the first value of each of its parts. */
function compositeSearches(entries: readonly IndexEntry[], { parameters, shared }: SearchRules): string[] {
  const groups = new Map<string, Map<number, IndexEntry>>();
  for (const entry of entries) {
    const [code = '', part = ''] = splitLast(entry.parameter, '$');
    const name = `${code} ${entry.group}`;
    const parts = groups.get(name) ?? new Map<number, IndexEntry>();
    groups.set(name, parts);
    if (!parts.has(Number(part)) && searchValue(entry) !== undefined) parts.set(Number(part), entry);
  }
  return [...groups].flatMap(([name, parts]) => {
    const values = Array.from({ length: parts.size }, (_, i) => parts.get(i)).map(
      (entry) => entry && searchValue(entry),
    );
    // A group that lacks a part can't be found.
    if (values.length < 2 || values.includes(undefined)) return [];
    const group = name.split(' ')[0] ?? '';
    const owners = parameters.filter(({ code }) =>
      shared.composite(code).some((form) => form.kind === 'grouped' && form.code === group),
    );
    return owners.map(({ code }) => query(code, values.join('$')));
  });
}

/** Searches that must find a resource with these entries, each once. */
export function entrySearches(entries: readonly IndexEntry[], rules: SearchRules): string[] {
  const isPart = ({ parameter }: IndexEntry) => /\$\d+$/.test(parameter);
  const searches = [
    ...entries
      .filter((entry) => !isPart(entry))
      .flatMap((entry) => asOwned(entry, rules))
      .flatMap((entry) => singleSearches(entry, rules)),
    ...wholeSearches(entries, rules),
    ...compositeSearches(entries.filter(isPart), rules),
  ];
  return [...new Set(searches)];
}
