import type { Definitions, SearchParameterType } from '../definitions/definitions.ts';
import type { IndexedGroup, IndexedPath } from '../definitions/shared-index.ts';
import type { CompileExpression } from './compile-expression.ts';
import type { PathScope } from './compile-path.ts';
import { mayTarget } from './convert-reference.ts';
import type { Label } from './converter.ts';
import type { CreateConverter } from './create-converter.ts';
import { type IndexParameter, indexComposite, indexSimple, type Route } from './index-parameter.ts';
import type { Lane } from './path-lane.ts';

/** What parameters are compiled with. */
export interface ParameterCompiler {
  readonly definitions: Definitions;
  readonly createConverter: CreateConverter;
  readonly compileExpression: CompileExpression;
}

/** Makes the indexing of values that search parameters of a resource type have in common, or one has to itself. */
export function compilePathIndex(
  compiler: ParameterCompiler,
  resourceType: string,
  { code, type, expression, target, partOnly }: IndexedPath,
): IndexParameter {
  const scope = { definitions: compiler.definitions, resourceType, focusType: resourceType };
  const label = { parameter: code, derived: { ofType: `${code}:of-type`, identifier: `${code}:identifier` } };
  const routes = routesOf(compiler, type, expression, label, scope);
  const within = target === undefined ? routes : routes.map((route) => withinTargets(route, target));
  return indexSimple(code, within, !partOnly);
}

/** Makes the indexing of composites over elements of a resource type. */
export function compileGroupIndex(
  compiler: ParameterCompiler,
  resourceType: string,
  { code, expression, components }: IndexedGroup,
): IndexParameter {
  const scope = { definitions: compiler.definitions, resourceType, focusType: resourceType };
  return indexComposite(
    compiler.compileExpression(expression, scope).map((lane) => ({
      lane,
      parts: components.map((part, index) =>
        routesOf(
          compiler,
          part.type,
          part.expression,
          { parameter: `${code}$${index}` },
          {
            ...scope,
            focusType: lane.type,
          },
        ),
      ),
    })),
  );
}

function routesOf(
  { createConverter, compileExpression }: ParameterCompiler,
  type: SearchParameterType,
  expression: string,
  label: Label,
  scope: PathScope,
): readonly Route[] {
  return compileExpression(expression, scope).map((lane) => ({
    lane,
    convert: createConverter(type, lane.type, label, lane.element),
  }));
}

/** Looks at a reference's type only where the element may refer to more than the parameter leads to. */
function withinTargets(route: Route, targets: readonly string[]): Route {
  const { lane } = route;
  if ((lane.type !== 'Reference' && lane.type !== 'Resource') || alreadyWithin(lane, targets)) return route;
  const step = { kind: 'filter', passes: mayTarget(targets) } as const;
  return { ...route, lane: { ...lane, steps: [...lane.steps, step] } };
}

/** By the element's own targets, or by a `where(resolve() is …)` in the expression. */
function alreadyWithin({ element, steps }: Lane, targets: readonly string[]): boolean {
  return steps.at(-1)?.kind === 'filter' || (element?.targets?.every((type) => targets.includes(type)) ?? false);
}
