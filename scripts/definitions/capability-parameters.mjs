// What the specification itself says a server can search by: its base CapabilityStatement.
import { ofType } from './sources.mjs';

/**
 * @param {import('./formats.d.ts').SourceResource[]} resources
 * @returns {{ type: string, name: string, searchType: import('./formats.d.ts').SearchType, definition?: string }[]}
 */
export function capabilityParameters(resources) {
  const base = ofType(resources, 'CapabilityStatement').find(({ id }) => id === 'base');
  const resource = base?.rest[0]?.resource;
  if (!resource) throw new Error('No base CapabilityStatement');
  return resource.flatMap(({ type, searchParam = [] }) =>
    searchParam.map(({ name, type: searchType, definition }) => ({ type, name, searchType, definition })),
  );
}
