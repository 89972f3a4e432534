import type { parse } from '@babel/parser';

type Program = ReturnType<typeof parse>['program'];
type Statement = Program['body'][number];
type Declarator = Extract<Statement, { type: 'VariableDeclaration' }>['declarations'][number];
/** An expression of a file. */
export type Expression = NonNullable<Declarator['init']>;
type ObjectLiteral = Extract<Expression, { type: 'ObjectExpression' }>;
type Located = { readonly loc?: Expression['loc'] };

/** The syntax of a file, as far as values are found by it. */
export interface ConfigSource {
  /** What it exports; undefined when that can't be seen. */
  readonly exported: Expression | undefined;
  /** The constants on its top level. */
  readonly constants: ReadonlyMap<string, Expression>;
}

/** A place in a file, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** A way into a value: keys and indexes. */
export type ValuePath = readonly (string | number)[];

/**
 * Where in a file the value stands that its configuration has at a path: what is exported is followed through calls of `defineConfig`,
 * `satisfies`, `as`, constants and spreads of the same file. Where that ends (an import, a function), the place is the last one known.
 *
 * @param part `key` for the name in place of the value
 */
export function locateValue(source: ConfigSource, path: ValuePath, part: 'key' | 'value' = 'value'): Place {
  const { exported, constants } = source;
  let value = resolved(exported, constants);
  let place: Located = value ?? exported ?? {};
  for (const [depth, step] of path.entries()) {
    const found = value === undefined ? undefined : member(value, step, constants);
    if (found === undefined) break;
    place = part === 'key' && depth === path.length - 1 ? found.key : found.value;
    value = resolved(found.value, constants);
    // A value that stands elsewhere in the file is shown there, where it is to be mended.
    if (part === 'value' && value !== undefined) place = value;
  }
  const start = place.loc?.start;
  return { line: start?.line ?? 1, column: (start?.column ?? 0) + 1 };
}

/** What is to be known of a file's syntax. */
export function sourceOf(program: Program): ConfigSource {
  return { exported: exportOf(program), constants: constantsOf(program) };
}

/** What the file exports: by `export default`, `export { x as default }` or `module.exports =`. */
function exportOf(program: Program): Expression | undefined {
  for (const statement of program.body) {
    if (statement.type === 'ExportDefaultDeclaration') return statement.declaration as Expression;
    if (statement.type === 'ExportNamedDeclaration') {
      for (const specifier of statement.specifiers) {
        if (specifier.type !== 'ExportSpecifier') continue;
        const { exported: name } = specifier;
        if ((name.type === 'Identifier' ? name.name : name.value) === 'default') return specifier.local;
      }
    }
    // CommonJS.
    if (statement.type === 'ExpressionStatement' && statement.expression.type === 'AssignmentExpression') {
      return statement.expression.right;
    }
  }
  return undefined;
}

function constantsOf(program: Program): ReadonlyMap<string, Expression> {
  const constants = new Map<string, Expression>();
  for (const statement of program.body) {
    const declaration = statement.type === 'ExportNamedDeclaration' ? statement.declaration : statement;
    if (declaration?.type !== 'VariableDeclaration') continue;
    for (const { id, init } of declaration.declarations) {
      if (id.type === 'Identifier' && init != null) constants.set(id.name, init);
    }
  }
  return constants;
}

/** The object, array or plain value that an expression is; undefined where that can't be seen. */
function resolved(
  expression: Expression | undefined,
  constants: ReadonlyMap<string, Expression>,
  depth = 0,
): Expression | undefined {
  // A constant can be made of itself, in a file that then fails when it runs.
  if (expression === undefined || depth > 50) return undefined;
  const follow = (next: Expression | undefined) => resolved(next, constants, depth + 1);
  switch (expression.type) {
    case 'TSSatisfiesExpression':
    case 'TSAsExpression':
    case 'TSNonNullExpression':
    case 'TSTypeAssertion':
    case 'ParenthesizedExpression':
      return follow(expression.expression);
    case 'CallExpression': {
      const { callee, arguments: given } = expression;
      return callee.type === 'Identifier' && callee.name === 'defineConfig'
        ? follow(given[0] as Expression)
        : undefined;
    }
    case 'Identifier':
      return follow(constants.get(expression.name));
    case 'MemberExpression': {
      const owner = follow(expression.object as Expression);
      const { property, computed } = expression;
      if (owner === undefined) return undefined;
      const name = property.type === 'Identifier' && !computed ? property.name : literal(property as Expression);
      return name === undefined ? undefined : follow(member(owner, name, constants)?.value);
    }
    default:
      return expression;
  }
}

interface Member {
  readonly key: Located;
  readonly value: Expression;
}

/** What stands at a key or index. */
function member(owner: Expression, step: string | number, constants: ReadonlyMap<string, Expression>) {
  if (owner.type === 'ObjectExpression') return property(owner, String(step), constants);
  if (owner.type !== 'ArrayExpression') return undefined;
  const index = Number(step);
  const before = owner.elements.slice(0, index + 1);
  // Behind a spread no one knows how far it is.
  const value = before.some((element) => element?.type === 'SpreadElement') ? undefined : before[index];
  return value == null ? undefined : { key: value, value: value as Expression };
}

/** The last one of a name holds. */
function property(object: ObjectLiteral, name: string, constants: ReadonlyMap<string, Expression>): Member | undefined {
  for (const entry of object.properties.toReversed()) {
    if (entry.type === 'SpreadElement') {
      const spread = resolved(entry.argument, constants);
      const found = spread === undefined ? undefined : member(spread, name, constants);
      if (found !== undefined) return found;
    } else if (entry.type === 'ObjectProperty') {
      const { key, computed } = entry;
      const own = key.type === 'Identifier' && !computed ? key.name : literal(key as Expression);
      if (String(own) === name) return { key, value: entry.value as Expression };
    }
  }
  return undefined;
}

function literal(expression: Expression): string | number | undefined {
  return expression.type === 'StringLiteral' || expression.type === 'NumericLiteral' ? expression.value : undefined;
}
