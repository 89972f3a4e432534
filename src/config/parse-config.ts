import { extname } from 'node:path';
import { parse, parseExpression } from '@babel/parser';
import { findSyntaxError } from '../fhir/json/find-syntax-error.ts';
import { type ConfigSource, type Place, sourceOf } from './locate-value.ts';

/** What is known of a configuration file by its text alone. */
export interface ParsedConfig extends ConfigSource {
  /** The names that it imports from this package. */
  readonly ownImports: readonly string[];
}

type Program = ReturnType<typeof parse>['program'];

/** What breaks the syntax of a file, and where. */
export class ConfigSyntaxError extends Error {
  override readonly name = 'ConfigSyntaxError';
  readonly place: Place;

  constructor(problem: string, place: Place, cause?: unknown) {
    super(problem, { cause });
    this.place = place;
  }
}

/**
 * Reads a file's syntax: TypeScript, JavaScript or JSON, by its ending.
 *
 * @throws ConfigSyntaxError
 */
export function parseConfig(text: string, file: string): ParsedConfig {
  if (extname(file) === '.json') {
    requireJson(text);
    // Every JSON text is an expression of JavaScript.
    return { exported: parseExpression(text), constants: new Map(), ownImports: [] };
  }
  try {
    const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] });
    return { ...sourceOf(program), ownImports: ownImportsOf(program) };
  } catch (error) {
    const { loc } = error as { readonly loc?: { readonly line: number; readonly column: number } };
    if (!(error instanceof SyntaxError) || loc === undefined) throw error;
    const place = { line: loc.line, column: loc.column + 1 };
    throw new ConfigSyntaxError(error.message.replace(/\s*\(\d+:\d+\)$/, ''), place, error);
  }
}

function requireJson(text: string): void {
  try {
    JSON.parse(text);
  } catch (error) {
    const { message, line, column } = findSyntaxError(text);
    throw new ConfigSyntaxError(message.replace(/ at line \d+, column \d+$/, ''), { line, column }, error);
  }
}

function ownImportsOf(program: Program): string[] {
  return program.body.flatMap((statement) => {
    if (
      statement.type !== 'ImportDeclaration' ||
      statement.source.value !== 'fwoa' ||
      statement.importKind === 'type'
    ) {
      return [];
    }
    return statement.specifiers.map((specifier) => {
      if (specifier.type !== 'ImportSpecifier') return '*';
      if (specifier.importKind === 'type') return 'defineConfig';
      return specifier.imported.type === 'Identifier' ? specifier.imported.name : specifier.imported.value;
    });
  });
}
