import type { IndexEntry } from '../../fhir/index/index-entry.ts';
import { TYPE_SPAN } from './schema.ts';
import type { Database, SqlRow } from './sqlite.ts';

export type IndexKind = IndexEntry['kind'];

const CACHED = 20_000;

/**
 * The numbers that stand for types, parameters, concepts and units. Each is given out once and never changes; what a rolled-back
 * transaction gave out is forgotten by {@link Dictionaries.forget}.
 */
export class Dictionaries {
  readonly #types = new Map<string, number>();
  readonly #typeNames = new Map<number, string>();
  readonly #nextKeys = new Map<number, number>();
  /** By type, code and kind, nested so that no text is put together at every entry. */
  readonly #parameters = new Map<number, Map<string, Map<IndexKind, number>>>();
  readonly #concepts = new Map<string, number>();
  readonly #texts = new Map<string, number>();
  /** `concept:text` pairs known to be there. */
  readonly #conceptTexts = new Set<string>();
  readonly #units = new Map<string, number>();
  readonly #database: Database;
  readonly #isCaseSensitive: (system: string) => boolean;
  readonly #statements;

  constructor(database: Database, isCaseSensitive: (system: string) => boolean) {
    this.#database = database;
    this.#isCaseSensitive = isCaseSensitive;
    this.#statements = {
      addType: database.prepare('INSERT INTO resource_type (name) VALUES (?) RETURNING number'),
      lastKey: database.prepare('SELECT max(key) AS key FROM resource WHERE key >= ? AND key < ?'),
      addParameter: database.prepare('INSERT INTO parameter (type, code, kind) VALUES (?, ?, ?) RETURNING number'),
      concept: database.prepare('SELECT number FROM concept WHERE folded = ? AND system = ? AND code = ?'),
      addConcept: database.prepare('INSERT INTO concept (folded, system, code) VALUES (?, ?, ?) RETURNING number'),
      text: database.prepare('SELECT number FROM text WHERE text = ?'),
      addText: database.prepare('INSERT INTO text (text) VALUES (?) RETURNING number'),
      addConceptText: database.prepare('INSERT OR IGNORE INTO concept_text (text, concept) VALUES (?, ?)'),
      unit: database.prepare('SELECT number FROM unit WHERE system = ? AND code = ? AND unit = ?'),
      addUnit: database.prepare('INSERT INTO unit (system, code, unit) VALUES (?, ?, ?) RETURNING number'),
    };
    this.forget();
  }

  /** Reads the small dictionaries anew and drops the caches: after a roll-back. */
  forget(): void {
    for (const map of [this.#types, this.#typeNames, this.#nextKeys, this.#parameters]) map.clear();
    for (const cache of [this.#concepts, this.#texts, this.#conceptTexts, this.#units]) cache.clear();
    for (const row of this.#database.prepare('SELECT number, name FROM resource_type').all()) {
      this.#types.set(String(row.name), Number(row.number));
      this.#typeNames.set(Number(row.number), String(row.name));
    }
    for (const row of this.#database.prepare('SELECT number, type, code, kind FROM parameter').all())
      this.#keepParameter(Number(row.type), String(row.code), String(row.kind) as IndexKind, Number(row.number));
  }

  /** A type's number, if it has been used. */
  type(name: string): number | undefined {
    return this.#types.get(name);
  }

  typeName(number: number): string {
    return this.#typeNames.get(number) ?? '';
  }

  /** A type's number, given out now if it has none. */
  addType(name: string): number {
    const known = this.#types.get(name);
    if (known !== undefined) return known;
    const number = Number(this.#statements.addType.get(name)?.number);
    this.#types.set(name, number);
    this.#typeNames.set(number, name);
    return number;
  }

  /** About how many resources of a type there are: those deleted, and those only referred to, count too. */
  resources(type: string): number {
    const number = this.type(type);
    return number === undefined ? 0 : this.#peekKey(number) - number * TYPE_SPAN;
  }

  /** The next key of a type. */
  nextKey(type: number): number {
    const next = this.#peekKey(type);
    this.#nextKeys.set(type, next + 1);
    return next;
  }

  #peekKey(type: number): number {
    const known = this.#nextKeys.get(type);
    if (known !== undefined) return known;
    const last = this.#statements.lastKey.get(type * TYPE_SPAN, (type + 1) * TYPE_SPAN)?.key;
    const next = last === null || last === undefined ? type * TYPE_SPAN : Number(last) + 1;
    this.#nextKeys.set(type, next);
    return next;
  }

  /** The numbers of a parameter, by kind of entry; undefined when no resource has had a value. */
  parameter(type: string, code: string): ReadonlyMap<IndexKind, number> | undefined {
    const number = this.#types.get(type);
    return number === undefined ? undefined : this.#parameters.get(number)?.get(code);
  }

  addParameter(type: number, code: string, kind: IndexKind): number {
    const known = this.#parameters.get(type)?.get(code)?.get(kind);
    if (known !== undefined) return known;
    const number = Number(this.#statements.addParameter.get(type, code, kind)?.number);
    this.#keepParameter(type, code, kind, number);
    return number;
  }

  #keepParameter(type: number, code: string, kind: IndexKind, number: number): void {
    const codes = this.#parameters.get(type) ?? new Map<string, Map<IndexKind, number>>();
    this.#parameters.set(type, codes);
    const kinds = codes.get(code) ?? new Map<IndexKind, number>();
    codes.set(code, kinds.set(kind, number));
  }

  addConcept(system: string, code: string): number {
    return remember(this.#concepts, `${system.length}:${system}${code}`, () => {
      const folded = this.#isCaseSensitive(system) ? code : code.toLowerCase();
      const { concept, addConcept } = this.#statements;
      return concept.get(folded, system, code) ?? addConcept.get(folded, system, code);
    });
  }

  /** The number of a text that comes with a concept. */
  addText(concept: number, text: string): number {
    const { text: find, addText, addConceptText } = this.#statements;
    const number = remember(this.#texts, text, () => find.get(text) ?? addText.get(text));
    const pair = `${concept}:${number}`;
    if (!this.#conceptTexts.has(pair)) {
      addConceptText.run(number, concept);
      if (this.#conceptTexts.size >= CACHED) this.#conceptTexts.clear();
      this.#conceptTexts.add(pair);
    }
    return number;
  }

  addUnit(system: string, code: string, unit: string): number {
    return remember(this.#units, `${system.length}:${code.length}:${system}${code}${unit}`, () => {
      const { unit: find, addUnit } = this.#statements;
      return find.get(system, code, unit) ?? addUnit.get(system, code, unit);
    });
  }
}

/** The number a bounded cache has, or the one that a look-up or insert gives. */
function remember(cache: Map<string, number>, name: string, look: () => SqlRow | undefined): number {
  const cached = cache.get(name);
  if (cached !== undefined) return cached;
  const number = Number(look()?.number);
  if (cache.size >= CACHED) cache.clear();
  cache.set(name, number);
  return number;
}
