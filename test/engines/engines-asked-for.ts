import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENGINE_VARIABLES, type Engine } from './engines.ts';

const TESTS = fileURLToPath(new URL('..', import.meta.url));
const COMMENT = /^\s*(?:\*|\/\/|\/\*).*$/gm;
const ENGINES = Object.keys(ENGINE_VARIABLES) as Engine[];

/** What test files ask for. */
export interface EnginesAskedFor {
  /** By `engineUrl`: one that all tests share. */
  readonly toUse: readonly Engine[];
  /** By `startEngine`: one that a test starts for itself. */
  readonly toStart: readonly Engine[];
}

/** Finds by name the engines that test files, or files of the tests that they import, ask for: a run starts no others. */
export function enginesAskedFor(testFiles: readonly string[]): EnginesAskedFor {
  const texts = new Map<string, string>();
  for (const file of testFiles) readWithImports(file, texts);
  return { toUse: calledWith('engineUrl', texts), toStart: calledWith('startEngine', texts) };
}

function calledWith(name: string, texts: ReadonlyMap<string, string>): readonly Engine[] {
  return ENGINES.filter((engine) => {
    const call = new RegExp(`\\b${name}\\(\\s*'${engine}'`);
    return [...texts.values()].some((text) => call.test(text));
  });
}

function readWithImports(file: string, texts: Map<string, string>): void {
  if (texts.has(file) || !file.startsWith(TESTS)) return;
  // A test may have a text that looks like an import.
  if (!existsSync(file)) return;
  const text = readFileSync(file, 'utf8');
  texts.set(file, text.replaceAll(COMMENT, ''));
  for (const [, path = ''] of text.matchAll(/\bfrom '(\.{1,2}\/[^']+\.ts)'/g))
    readWithImports(resolve(dirname(file), path), texts);
}
