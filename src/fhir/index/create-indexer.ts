import type { Definitions } from '../definitions/definitions.ts';
import { createCompileExpression } from './compile-expression.ts';
import { compileGroupIndex, compilePathIndex } from './compile-parameter.ts';
import { createConverters, type IndexerOptions } from './create-converter.ts';
import type { IndexEntry, IndexResource } from './index-entry.ts';
import type { IndexParameter } from './index-parameter.ts';

/** Engines hold these as columns, or answer them by other means than entries. */
const NOT_INDEXED: ReadonlySet<string> = new Set(['_id', '_lastUpdated', '_text', '_content', '_list', '_filter']);

/**
 * Makes the function that turns resources into index entries, by the search parameters of the definitions. Expressions are compiled
 * when the first resource of their type comes.
 */
export function createIndexer(definitions: Definitions, options: IndexerOptions): IndexResource {
  const compiler = {
    definitions,
    createConverter: createConverters(definitions, options),
    compileExpression: createCompileExpression(definitions.version),
  };
  const byType = new Map<string, readonly IndexParameter[]>();

  function parametersOf(type: string): readonly IndexParameter[] {
    const known = byType.get(type);
    if (known !== undefined) return known;
    if (!definitions.isResourceType(type)) return [];
    const { paths, groups } = definitions.sharedIndex(type);
    const parameters = [
      ...paths.filter(({ code }) => !NOT_INDEXED.has(code)).map((path) => compilePathIndex(compiler, type, path)),
      ...groups.map((group) => compileGroupIndex(compiler, type, group)),
    ];
    byType.set(type, parameters);
    return parameters;
  }

  return (resource) => {
    const entries: IndexEntry[] = [];
    for (const index of parametersOf(resource.resourceType)) index(resource, entries);
    return entries;
  };
}
