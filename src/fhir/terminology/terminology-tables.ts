import { tableTextReader } from '../definitions/definition-files.ts';
import type { FhirVersion } from '../fhir-version.ts';
import { type KeyedLines, keyedLines } from './keyed-lines.ts';

/** Code, display, depth: a string is a code at depth 0. */
type RawConcept = string | readonly [code: string, display: string, depth?: number, abstract?: 1];

/** A code system, as scripts/definitions writes it. */
export interface RawCodeSystem {
  /** Tells upper from lower case. */
  readonly cs?: 1;
  /** Not complete: its codes are not there. */
  readonly n?: 1;
  /** Depth first: a concept's parent is the last one before it with a smaller depth. */
  readonly codes?: readonly RawConcept[];
  /** Further parents, by child. */
  readonly parents?: Readonly<Record<string, readonly string[]>>;
}

/** A part of a value set; the codes that meet all of it. */
export interface RawInclude {
  readonly system?: string | undefined;
  readonly codes?: readonly string[] | undefined;
  readonly valueSets?: readonly string[] | undefined;
  readonly filters?: readonly (readonly [property: string, op: string, value: string])[] | undefined;
}

/** A value set, as scripts/definitions writes it. */
export interface RawValueSet {
  readonly include: readonly RawInclude[];
  readonly exclude?: readonly RawInclude[] | undefined;
}

/** An entry, and the URL it is under. */
export interface Found<Entry> {
  readonly url: string;
  readonly read: () => Entry | undefined;
}

/** A release's code systems and value sets, by URL; a version after `|` is ignored where there is no entry of that version. */
export interface TerminologyTables {
  codeSystem(url: string): Found<RawCodeSystem> | undefined;
  valueSet(url: string): Found<RawValueSet> | undefined;
  /** Of a code system that is there and says so, without parsing it. */
  isCaseSensitive(url: string): boolean;
}

export function terminologyTables(version: FhirVersion): TerminologyTables {
  const read = tableTextReader(version);
  const tables = new Map<string, KeyedLines<unknown>>();

  function lines<Entry>(kind: string, url: string): KeyedLines<Entry> {
    const name = kind + family(url);
    let table = tables.get(name);
    if (table === undefined) {
      table = keyedLines(read(name));
      tables.set(name, table);
    }
    return table as KeyedLines<Entry>;
  }

  function find<Entry>(kind: string, url: string): Found<Entry> | undefined {
    const table = lines<Entry>(kind, url);
    const key = [url, withoutVersion(url)].find(table.has);
    return key === undefined ? undefined : { url: key, read: () => table.get(key) };
  }

  return {
    codeSystem: (url) => find<RawCodeSystem>('code-systems', url),
    valueSet: (url) => find<RawValueSet>('value-sets', url),
    isCaseSensitive: (url) => lines('code-systems', url).startsWith(url, '{"cs":1'),
  };
}

/** HL7 v2's and v3's terminology is in files of its own (scripts/definitions/families.mjs). */
function family(url: string): string {
  return /\/v2[-/]/.test(url) ? '-v2' : /\/v3[-/]/.test(url) ? '-v3' : '';
}

function withoutVersion(url: string): string {
  return url.split('|', 1)[0] ?? url;
}
