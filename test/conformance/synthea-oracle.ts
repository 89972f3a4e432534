import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

// This file and synthea-searches.ts import nothing from src: they compute the answers a second time, straight from the files.

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** One entry of one of the files. */
export interface Item {
  /** Its `fullUrl`. */
  readonly key: string;
  readonly type: string;
  readonly resource: JsonObject;
}

export interface SyntheaFile {
  readonly name: string;
  readonly bundle: JsonObject;
  readonly items: readonly Item[];
}

/** All values at a path such as `name.given`: arrays are gone through on the way. */
export function all(value: Json | undefined, path: string): Json[] {
  let found: Json[] = value === undefined ? [] : [value];
  for (const name of path.split('.'))
    found = found.flatMap((one) => (isObject(one) ? (one[name] ?? null) : null)).filter((one) => one !== null);
  return found;
}

export function texts(value: Json | undefined, path: string): string[] {
  return all(value, path).map(String);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What the files say, with references that can be followed. */
export class Synthea {
  readonly files: readonly SyntheaFile[];
  readonly items: readonly Item[];
  readonly #byKey = new Map<string, Item>();
  readonly #byIdentifier = new Map<string, Item>();
  readonly #referrers = new Map<string, { readonly item: Item; readonly path: string }[]>();

  #patient: Item | undefined;
  #practitioner: Item | undefined;

  constructor(folder: string) {
    // The hospitals and practitioners are called 0-*: they come first.
    const names = readdirSync(folder)
      .filter((name) => name.endsWith('.json.gz'))
      .sort();
    this.files = names.map((name) => readSyntheaFile(join(folder, name)));
    this.items = this.files.flatMap(({ items }) => items);
    for (const item of this.items) {
      this.#byKey.set(item.key, item);
      for (const identifier of all(item.resource, 'identifier'))
        if (isObject(identifier))
          this.#byIdentifier.set(`${item.type}?identifier=${identifier.system}|${identifier.value}`, item);
    }
    for (const item of this.items) this.#collectReferences(item, item.resource, '');
  }

  of(type: string): Item[] {
    return this.items.filter((item) => item.type === type);
  }

  /** The items that the references at a path lead to. */
  follow(item: Item, path: string): Item[] {
    return texts(item.resource, `${path}.reference`).flatMap((reference) => this.resolve(reference) ?? []);
  }

  resolve(reference: string): Item | undefined {
    return this.#byKey.get(reference) ?? this.#byIdentifier.get(reference);
  }

  /** The items of a type that refer to one by an element. */
  referrers(item: Item, type: string, path: string): Item[] {
    const found = this.#referrers.get(item.key) ?? [];
    return found
      .filter((referrer) => referrer.item.type === type && referrer.path === path)
      .map((referrer) => referrer.item);
  }

  #collectReferences(item: Item, value: Json, path: string): void {
    if (Array.isArray(value)) for (const one of value) this.#collectReferences(item, one, path);
    else if (isObject(value))
      for (const [name, one] of Object.entries(value)) {
        if (name === 'contained') continue;
        const target = name === 'reference' && typeof one === 'string' ? this.resolve(one) : undefined;
        if (target === undefined) this.#collectReferences(item, one, path === '' ? name : `${path}.${name}`);
        else this.#keepReferrer(target, item, path);
      }
  }

  #keepReferrer(target: Item, item: Item, path: string): void {
    const known = this.#referrers.get(target.key);
    if (known === undefined) this.#referrers.set(target.key, [{ item, path }]);
    else known.push({ item, path });
  }

  /** A patient with much in the record, so that searches by it have something to find. */
  get patient(): Item {
    this.#patient ??= this.of('Patient').reduce((a, b) => (this.#observations(b) > this.#observations(a) ? b : a));
    return this.#patient;
  }

  #observations(patient: Item): number {
    return this.referrers(patient, 'Observation', 'subject').length;
  }

  /** Who took part in the first encounter. */
  get practitioner(): Item {
    this.#practitioner ??= this.of('Encounter').flatMap((item) => this.follow(item, 'participant.individual'))[0];
    if (this.#practitioner === undefined) throw new Error('no practitioner');
    return this.#practitioner;
  }
}

function readSyntheaFile(path: string): SyntheaFile {
  const bundle = JSON.parse(gunzipSync(readFileSync(path)).toString()) as JsonObject;
  const items = all(bundle, 'entry').map((entry): Item => {
    const [resource] = all(entry, 'resource');
    if (!isObject(resource)) throw new Error(`${path}: an entry without a resource`);
    return { key: texts(entry, 'fullUrl').join(), type: String(resource.resourceType), resource };
  });
  return { name: path, bundle, items };
}

/** Milliseconds: from the first to just after the last that a date or dateTime covers. */
export function span(text: string): { readonly low: number; readonly high: number } {
  const [, year = '', month, day, time, seconds, fraction, zone] =
    /^(\d{4})(?:-(\d\d))?(?:-(\d\d))?(?:T(\d\d:\d\d)(?::(\d\d))?(\.\d+)?(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  const low = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${time ?? '00:00'}:${seconds ?? '00'}${fraction ?? ''}${zone ?? 'Z'}`,
  );
  const next = new Date(low);
  if (month === undefined) next.setUTCFullYear(next.getUTCFullYear() + 1);
  else if (day === undefined) next.setUTCMonth(next.getUTCMonth() + 1);
  else if (time === undefined) next.setUTCDate(next.getUTCDate() + 1);
  else if (seconds === undefined) return { low, high: low + 60_000 };
  else return { low, high: low + (fraction === undefined ? 1_000 : 1) };
  return { low, high: next.getTime() };
}

/** The span of a Period; an open side has no end. */
export function periodSpan(period: Json | undefined): { readonly low: number; readonly high: number } | undefined {
  const [start] = texts(period, 'start');
  const [end] = texts(period, 'end');
  if (start === undefined && end === undefined) return undefined;
  return {
    low: start === undefined ? -Infinity : span(start).low,
    high: end === undefined ? Infinity : span(end).high,
  };
}

/** Case and accents apart. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
}

/** Whether one of the texts at one of the paths starts so. */
export function startsWith(resource: Json, paths: readonly string[], start: string): boolean {
  return paths.some((path) => texts(resource, path).some((text) => plain(text).startsWith(plain(start))));
}

/** Whether a CodeableConcept or Coding at a path has the code. */
export function hasCode(resource: Json, path: string, code: string, system?: string): boolean {
  const codings = all(resource, path).flatMap((concept) =>
    isObject(concept) && 'coding' in concept ? all(concept, 'coding') : [concept],
  );
  return codings.some(
    (coding) => isObject(coding) && coding.code === code && (system === undefined || coding.system === system),
  );
}
