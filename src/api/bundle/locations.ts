import { badRequest } from '../../fhir/operation-outcome.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../../fhir/resource.ts';
import type { WriteTarget } from '../write/write-target.ts';
import type { Entry } from './parse-entries.ts';

/** Where the entries of a transaction are found once it is done: `Type/id` by full URL. */
export type Locations = ReadonlyMap<string, string>;

/** A reference by condition, `Type?criteria`, still to be replaced. */
export interface ConditionalReference {
  readonly holder: JsonObject;
  readonly criteria: string;
  readonly index: number;
}

const RESTFUL = /^https?:\/\/.*\/([A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64})$/;
const CONDITIONAL = /^[A-Z][A-Za-z]+\?/;

/** @throws FhirError 400 when two entries have one full URL. */
export function locationsOf(entries: readonly Entry[], targets: ReadonlyMap<number, WriteTarget>): Locations {
  const locations = new Map<string, string>();
  const relative = new Map<string, string | undefined>();
  for (const { index, fullUrl } of entries) {
    const target = targets.get(index);
    if (fullUrl === undefined || target === undefined) continue;
    if (locations.has(fullUrl)) {
      const expression = `Bundle.entry[${index}].fullUrl`;
      throw badRequest('duplicate', 'Another entry of the transaction has the same fullUrl.', { expression });
    }
    const location = `${target.type}/${target.id}`;
    locations.set(fullUrl, location);
    // A relative reference is meant within the base of its own full URL (https://hl7.org/fhir/R4/bundle.html#references).
    const name = RESTFUL.exec(fullUrl)?.[1];
    if (name !== undefined)
      relative.set(name, relative.has(name) && relative.get(name) !== location ? undefined : location);
  }
  for (const [name, location] of relative)
    if (location !== undefined && location !== name) locations.set(name, location);
  return locations;
}

/** Takes back what {@link Rewriter} did, so that a transaction can be tried again. */
type Undo = () => void;

/**
 * Replaces the full URLs of a transaction's entries by where they will be: in references, in other URIs, and in narratives
 * (https://hl7.org/fhir/R4/http.html#trules). Collects the references by condition on its way.
 */
export class Rewriter {
  readonly conditional: ConditionalReference[] = [];
  readonly #locations: Locations;
  readonly #undo: Undo[] = [];

  constructor(locations: Locations) {
    this.#locations = locations;
  }

  /** @throws FhirError 400 for a `urn:uuid:` that no entry has: it could never be found. */
  rewrite(resource: Resource, index: number): void {
    const waiting: (JsonObject | JsonValue[])[] = [resource];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (Array.isArray(next)) this.#rewriteArray(next, waiting);
      else this.#rewriteObject(next, waiting, index);
    }
  }

  /** Replaces a value, to be taken back by {@link undo}. */
  set(holder: JsonObject, name: string, value: string): void {
    const before = holder[name];
    this.#undo.push(() => {
      holder[name] = before;
    });
    holder[name] = value;
  }

  undo(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  #rewriteArray(array: JsonValue[], waiting: (JsonObject | JsonValue[])[]): void {
    for (const [i, item] of array.entries()) {
      if (typeof item === 'string') {
        const located = this.#located(item);
        if (located !== undefined) {
          array[i] = located;
          this.#undo.push(() => {
            array[i] = item;
          });
        }
      } else if (Array.isArray(item) || isJsonObject(item)) waiting.push(item);
    }
  }

  #rewriteObject(object: JsonObject, waiting: (JsonObject | JsonValue[])[], index: number): void {
    for (const name in object) {
      const value = object[name];
      if (typeof value === 'string') {
        if (name === 'reference') this.#rewriteReference(object, value, index);
        else if (name === 'div') this.#rewriteNarrative(object, value);
        // What is called "value" is a string, an identifier's for one, and not a URI.
        else if (name !== 'value') {
          const located = this.#located(value);
          if (located !== undefined) this.set(object, name, located);
        }
      } else if (Array.isArray(value) || isJsonObject(value)) waiting.push(value);
    }
  }

  #rewriteReference(holder: JsonObject, reference: string, index: number): void {
    const located = this.#locations.get(reference) ?? this.#located(reference);
    if (located !== undefined) this.set(holder, 'reference', located);
    else if (CONDITIONAL.test(reference)) this.conditional.push({ holder, criteria: reference, index });
    else if (reference.startsWith('urn:uuid:')) {
      const text = 'A reference is to a urn:uuid that is the fullUrl of no entry of the transaction.';
      throw badRequest('not-found', text, { expression: `Bundle.entry[${index}].resource` });
    }
  }

  #rewriteNarrative(holder: JsonObject, div: string): void {
    const rewritten = div.replace(/\b(href|src)=(["'])([^"']*)\2/g, (all, attribute, quote, url) => {
      const located = this.#located(url);
      return located === undefined ? all : `${attribute}=${quote}${located}${quote}`;
    });
    if (rewritten !== div) this.set(holder, 'div', rewritten);
  }

  /** Of a full URL, perhaps with a fragment. */
  #located(url: string): string | undefined {
    // Full URLs begin with urn: or http: most strings are passed by one look.
    const first = url.charCodeAt(0);
    if (first !== 0x75 && first !== 0x68) return undefined;
    const exact = this.#locations.get(url);
    if (exact !== undefined) return exact;
    const hash = url.indexOf('#');
    const located = hash < 0 ? undefined : this.#locations.get(url.slice(0, hash));
    return located === undefined ? undefined : located + url.slice(hash);
  }
}
