import { foldString } from '../../fhir/fold-string.ts';
import type { IndexEntry, QuantityEntry, TokenEntry } from '../../fhir/index/index-entry.ts';
import type { FullText } from '../storage-parts.ts';
import type { Dictionaries } from './dictionaries.ts';
import type { Identities } from './identities.ts';
import { INDEX_TABLES } from './schema.ts';
import type { Database } from './sqlite.ts';

/** Writes and removes a resource's index rows. */
export class IndexWriter {
  readonly #dictionaries: Dictionaries;
  readonly #identities: Identities;
  readonly #statements;
  readonly #removals;

  constructor(database: Database, dictionaries: Dictionaries, identities: Identities) {
    this.#dictionaries = dictionaries;
    this.#identities = identities;
    this.#statements = {
      string: database.prepare('INSERT INTO string_index VALUES (?, ?, ?, ?, ?, ?)'),
      token: database.prepare('INSERT INTO token_index VALUES (?, ?, ?, ?, ?, ?)'),
      reference: database.prepare('INSERT INTO reference_index VALUES (?, ?, ?, ?, ?, ?)'),
      date: database.prepare('INSERT INTO date_index VALUES (?, ?, ?, ?, ?, ?)'),
      quantity: database.prepare('INSERT INTO quantity_index VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      uri: database.prepare('INSERT INTO uri_index VALUES (?, ?, ?, ?, ?)'),
      present: database.prepare('INSERT OR IGNORE INTO present_index VALUES (?, ?)'),
      text: database.prepare('INSERT INTO text_index (rowid, narrative, content) VALUES (?, ?, ?)'),
    };
    this.#removals = [
      ...INDEX_TABLES.map((table) => database.prepare(`DELETE FROM ${table} WHERE key = ?`)),
      database.prepare('DELETE FROM text_index WHERE rowid = ?'),
    ];
  }

  remove(key: number): void {
    for (const statement of this.#removals) statement.run(key);
  }

  add(key: number, type: number, entries: readonly IndexEntry[], text: FullText): void {
    for (const [n, entry] of entries.entries()) this.#addEntry(key, type, n, entry);
    if (text.narrative !== '' || text.content !== '') this.#statements.text.run(key, text.narrative, text.content);
  }

  #addEntry(key: number, type: number, n: number, entry: IndexEntry): void {
    const param = this.#dictionaries.addParameter(type, entry.parameter, entry.kind);
    const { group } = entry;
    switch (entry.kind) {
      case 'string': {
        const folded = foldString(entry.text);
        this.#statements.string.run(key, param, n, folded, folded === entry.text ? null : entry.text, group);
        return;
      }
      case 'token':
        this.#addToken(key, param, n, entry);
        return;
      case 'reference': {
        const target = this.#identities.addTarget(entry.type, entry.id, entry.url);
        if (target !== undefined) this.#statements.reference.run(key, param, n, target, entry.version ?? null, group);
        return;
      }
      case 'date':
        this.#statements.date.run(key, param, n, entry.low, entry.high, group);
        return;
      case 'number':
        this.#statements.quantity.run(key, param, n, entry.low, entry.high, null, null, null, null, group);
        return;
      case 'quantity':
        this.#addQuantity(key, param, n, entry);
        return;
      case 'uri':
        this.#statements.uri.run(key, param, n, entry.uri, group);
        return;
      case 'present':
        this.#statements.present.run(key, param);
    }
  }

  #addToken(key: number, param: number, n: number, { system, code, text, group }: TokenEntry): void {
    const concept = this.#dictionaries.addConcept(system, code);
    const textNumber =
      text === undefined || text === '' ? null : this.#dictionaries.addText(concept, foldedTexts(text));
    this.#statements.token.run(key, param, n, concept, textNumber, group);
  }

  #addQuantity(key: number, param: number, n: number, entry: QuantityEntry): void {
    const { low, high, system, code, unit, canonical, group } = entry;
    const unitNumber = this.#dictionaries.addUnit(system, code, unit);
    const base = canonical === undefined ? null : this.#dictionaries.addUnit('', '', canonical.unit);
    const baseLow = canonical?.low ?? null;
    const baseHigh = canonical?.high ?? null;
    this.#statements.quantity.run(key, param, n, low, high, unitNumber, base, baseLow, baseHigh, group);
  }
}

/** Texts folded, each behind a line feed: one that starts with `x` contains `\nx`. */
function foldedTexts(text: string): string {
  return text
    .split('\n')
    .map((line) => `\n${foldString(line)}`)
    .join('');
}
