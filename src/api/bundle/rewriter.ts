import type { Definitions } from '../../fhir/definitions/definitions.ts';
import { badRequest } from '../../fhir/operation-outcome.ts';
import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../../fhir/resource.ts';
import { linkElements } from './link-elements.ts';
import type { Located, Locations } from './locations.ts';

/** A reference by condition, `Type?criteria`, still to be replaced. */
export interface ConditionalReference {
  readonly holder: JsonObject;
  readonly criteria: string;
  readonly index: number;
}

/** What looks like a link and may be a string by chance. */
interface Candidate {
  readonly holder: JsonObject;
  readonly name: string;
  readonly located: Located;
  readonly replace: (url: string) => void;
}

/** An entry's resource on the way through it. */
interface Visit {
  readonly index: number;
  /** What relative references are below: the base of the entry's own full URL, if it is a RESTful one. */
  readonly base: string | undefined;
  readonly waiting: JsonObject[];
  readonly candidates: Candidate[];
}

const RESTFUL = /^(https?:\/\/.*\/)[A-Z][A-Za-z]+\/[A-Za-z0-9\-.]{1,64}$/;
const RELATIVE = /^[A-Z][A-Za-z]+\//;
const CONDITIONAL = /^[A-Z][A-Za-z]+\?/;
const LINK_ATTRIBUTE = /\b(href|src)(\s*=\s*)(["'])([^"']*)\3/g;

/**
 * Replaces the full URLs of a transaction's entries by where they will be: in references, in other links, and in narratives
 * (https://hl7.org/fhir/R4/http.html#trules). Collects the references by condition on its way.
 */
export class Rewriter {
  readonly conditional: ConditionalReference[] = [];
  readonly #definitions: Definitions;
  readonly #locations: Locations;
  /** Take back what was done, so that a transaction can be tried again. */
  readonly #undo: (() => void)[] = [];

  constructor(definitions: Definitions, locations: Locations) {
    this.#definitions = definitions;
    this.#locations = locations;
  }

  /**
   * Rewrites the resource of an entry, in place.
   *
   * @throws FhirError 400 for a reference to a `urn:uuid:` that no entry has: it could never be found.
   */
  rewrite(resource: Resource, index: number, fullUrl: string | undefined): void {
    const base = fullUrl?.startsWith('http') ? RESTFUL.exec(fullUrl)?.[1] : undefined;
    const visit: Visit = { index, base, waiting: [resource], candidates: [] };
    for (let next = visit.waiting.pop(); next !== undefined; next = visit.waiting.pop()) this.#visitObject(next, visit);
    if (visit.candidates.length === 0) return;
    const isLink = linkElements(this.#definitions, resource);
    for (const { holder, name, located, replace } of visit.candidates)
      if (isLink(holder, name, located.isName)) replace(located.url);
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

  #visitObject(object: JsonObject, visit: Visit): void {
    for (const name in object) {
      const value = object[name];
      if (typeof value === 'string') {
        if (name === 'reference') this.#visitReference(object, value, visit);
        else if (name === 'div') this.#rewriteNarrative(object, value);
        // A system is a namespace, whatever it is equal to; there are many.
        else if (name !== 'system') {
          const located = this.#locations.find(value);
          if (located === undefined) continue;
          visit.candidates.push({ holder: object, name, located, replace: (url) => this.set(object, name, url) });
        }
      } else if (Array.isArray(value)) {
        // What is in a Bundle refers to what is in it: a document is kept as its author closed it.
        if (name !== 'entry' || object.resourceType !== 'Bundle') this.#visitArray(object, name, value, visit);
      } else if (isJsonObject(value)) visit.waiting.push(value);
    }
  }

  #visitArray(holder: JsonObject, name: string, array: JsonValue[], visit: Visit): void {
    for (const [i, item] of array.entries()) {
      if (isJsonObject(item)) visit.waiting.push(item);
      const located = typeof item === 'string' ? this.#locations.find(item) : undefined;
      if (located === undefined) continue;
      const replace = (url: string) => {
        this.#undo.push(() => {
          array[i] = item;
        });
        array[i] = url;
      };
      visit.candidates.push({ holder, name, located, replace });
    }
  }

  #visitReference(holder: JsonObject, reference: string, { index, base }: Visit): void {
    const located =
      this.#locations.find(reference) ??
      (base !== undefined && RELATIVE.test(reference) ? this.#locations.find(base + reference) : undefined);
    if (located !== undefined) this.set(holder, 'reference', located.url);
    else if (CONDITIONAL.test(reference)) this.conditional.push({ holder, criteria: reference, index });
    else if (reference.startsWith('urn:uuid:')) {
      const text = 'A reference is to a urn:uuid that is the fullUrl of no entry of the transaction.';
      throw badRequest('not-found', text, { expression: `Bundle.entry[${index}].resource` });
    }
  }

  #rewriteNarrative(holder: JsonObject, div: string): void {
    const rewritten = div.replace(LINK_ATTRIBUTE, (all, attribute, equals, quote, url) => {
      const located = this.#locations.find(url);
      return located === undefined ? all : attribute + equals + quote + located.url + quote;
    });
    if (rewritten !== div) this.set(holder, 'div', rewritten);
  }
}
