import { isJsonObject, type JsonObject, type JsonValue, type Resource } from '../resource.ts';
import { type SelectedCodes, union } from './selected-codes.ts';
import type { RawInclude, RawValueSet } from './terminology-tables.ts';

/** What a ValueSet resource is composed of; undefined when it says nothing of that or is malformed. */
export function readCompose({ compose }: Resource): RawValueSet | undefined {
  if (!isJsonObject(compose)) return undefined;
  const include = objects(compose.include);
  return include.length === 0
    ? undefined
    : { include: include.map(toInclude), exclude: objects(compose.exclude).map(toInclude) };
}

/**
 * The codes of a ValueSet's `expansion` (https://hl7.org/fhir/R4/valueset-definitions.html#ValueSet.expansion); undefined when it has
 * none, or only a page or a part of one.
 */
export function readExpansion({ expansion }: Resource): SelectedCodes | undefined {
  if (!isJsonObject(expansion) || objects(expansion.extension).some(isTooCostly)) return undefined;
  const listed = contained(expansion.contains);
  const total = Number(expansion.total ?? listed.length);
  if (!(total <= listed.length)) return undefined;
  return union(
    listed.flatMap(({ system, code }) =>
      typeof system === 'string' && typeof code === 'string' ? [new Map([[system, new Set([code])]])] : [],
    ),
  );
}

function isTooCostly({ url }: JsonObject): boolean {
  return typeof url === 'string' && /\/valueset-(toocostly|unclosed)$/.test(url);
}

/** Entries at every depth; those without a code are there to group others. */
function contained(contains: JsonValue | undefined): readonly JsonObject[] {
  return objects(contains).flatMap((entry) => [entry, ...contained(entry.contains)]);
}

function toInclude({ system, concept, filter, valueSet }: JsonObject): RawInclude {
  return {
    system: typeof system === 'string' ? system : undefined,
    codes: concept === undefined ? undefined : objects(concept).map(({ code }) => text(code)),
    valueSets: Array.isArray(valueSet) ? valueSet.map(text) : undefined,
    filters:
      filter === undefined
        ? undefined
        : objects(filter).map(({ property, op, value }) => [text(property), text(op), text(value)]),
  };
}

function text(value: JsonValue | undefined): string {
  return typeof value === 'string' ? value : '';
}

function objects(value: JsonValue | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isJsonObject) : [];
}
