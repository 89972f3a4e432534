import type { Definitions, SearchParameter } from './definitions.ts';

/**
 * The types of the elements that a search parameter of a resource type is about, as far as its expression is a plain path; enough to
 * tell canonicals and identifiers from the rest.
 */
export function elementTypes(
  definitions: Pick<Definitions, 'type'>,
  type: string,
  { expression }: SearchParameter,
): ReadonlySet<string> {
  const types = new Set<string>();
  for (const branch of expression?.split('|') ?? []) {
    const cast = /\bas\s*\(?\s*(\w+)|\bofType\((\w+)\)/.exec(branch);
    const castTo = cast?.[1] ?? cast?.[2];
    if (castTo !== undefined) types.add(castTo);
    else for (const found of pathTypes(definitions, type, branch)) types.add(found);
  }
  return types;
}

function pathTypes(definitions: Pick<Definitions, 'type'>, type: string, branch: string): readonly string[] {
  const steps = branch
    .replace(/\.where\(.*$/, '')
    .trim()
    .split('.')
    .slice(1);
  let types: readonly string[] = [type];
  for (const step of steps) types = types.flatMap((of) => definitions.type(of)?.elements.get(step)?.types ?? []);
  return types;
}
