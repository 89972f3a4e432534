import type { FhirVersion } from '../../../fhir/fhir-version.ts';
import type { EngineRequest } from '../search/request.ts';
import { EngineRefusal } from '../search/request.ts';
import type { FieldTypes } from './document.ts';
import { fieldsBody, type IndexSettings, indexBody } from './mapping.ts';

/** Sends a request to OpenSearch, again while it is worth it. */
export type SendToEngine = <T>(request: EngineRequest) => Promise<T>;

export interface IndicesOptions {
  readonly send: SendToEngine;
  /** Begins the names of all indexes. */
  readonly prefix: string;
  readonly fhirVersion: FhirVersion;
  readonly settings?: IndexSettings | undefined;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** ms for which it is taken as known whether an index is being built beside. */
export const BUILDING_KNOWN_FOR = 2000;

/** The indexes, one a type behind an alias, and perhaps another that is being built to take its place. */
export interface Indices {
  /** The alias that is searched. */
  aliasOf(type: string): string;
  /** The alias of the index that is being built for a type. */
  buildingOf(type: string): string;
  /** Makes sure that there is an index for a type, with these fields. */
  ensure(type: string, fields: FieldTypes, building?: boolean): Promise<void>;
  /** Whether another index is being built for a type: what is written goes into both. */
  isBuilding(type: string): Promise<boolean>;
  /** Forgets what is known of a type: its indexes have changed. */
  forget(type: string): void;
}

export function createIndices({ send, prefix, fhirVersion, settings, now }: IndicesOptions): Indices {
  const release = fhirVersion === '4.0.1' ? 'r4' : 'stu3';
  const known = new Map<string, Set<string>>();
  const building = new Map<string, { readonly is: boolean; readonly at: number }>();
  const aliasOf = (type: string) => `${prefix}-${release}-${type.toLowerCase()}`;
  const buildingOf = (type: string) => `${aliasOf(type)}-building`;

  async function create(alias: string): Promise<void> {
    try {
      const body = { ...indexBody(settings), aliases: { [alias]: {} } };
      await send({ method: 'PUT', path: `/${alias}-000001`, body });
    } catch (error) {
      // Another was faster; the alias comes with the index.
      if (!(error instanceof EngineRefusal && error.status === 400)) throw error;
    }
  }

  async function exists(alias: string): Promise<boolean> {
    try {
      await send({ method: 'GET', path: `/_alias/${alias}` });
      return true;
    } catch (error) {
      if (error instanceof EngineRefusal && error.status === 404) return false;
      throw error;
    }
  }

  return {
    aliasOf,
    buildingOf,
    async ensure(type, fields, isBuilding = false) {
      const alias = isBuilding ? buildingOf(type) : aliasOf(type);
      let there = known.get(alias);
      if (there === undefined) {
        if (!isBuilding && !(await exists(alias))) await create(alias);
        there = new Set();
        known.set(alias, there);
      }
      const missing = new Map([...fields].filter(([name]) => !there.has(name)));
      if (missing.size === 0) return;
      await send({ method: 'PUT', path: `/${alias}/_mapping`, body: fieldsBody(missing) });
      for (const name of missing.keys()) there.add(name);
    },
    async isBuilding(type) {
      const cached = building.get(type);
      if (cached !== undefined && now() - cached.at < BUILDING_KNOWN_FOR) return cached.is;
      const at = now();
      const is = await exists(buildingOf(type));
      building.set(type, { is, at });
      return is;
    },
    forget(type) {
      known.delete(aliasOf(type));
      known.delete(buildingOf(type));
      building.delete(type);
    },
  };
}
