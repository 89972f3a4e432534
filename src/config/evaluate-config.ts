import { readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createJiti } from 'jiti';
import { defineConfig } from './fwoa-config.ts';
import { packageRoot } from './package-info.ts';
import type { ParsedConfig } from './parse-config.ts';

/**
 * Runs a configuration file, and gives what it exports. Where all that it imports from this package is `defineConfig`, nothing else is
 * loaded for it.
 *
 * @throws what the file throws
 */
export async function evaluateConfig(file: string, { exported, ownImports }: ParsedConfig): Promise<unknown> {
  if (extname(file) === '.json') return JSON.parse(readFileSync(file, 'utf8'));
  const light = ownImports.every((name) => name === 'defineConfig');
  const jiti = createJiti(file, {
    // It lies in a folder that others may write to.
    fsCache: false,
    moduleCache: false,
    ...(light ? { virtualModules: { fwoa: { defineConfig } } } : { alias: { fwoa: ownEntry() } }),
  });
  const module: unknown = await jiti.import(file);
  if (typeof module !== 'object' || module === null) return module;
  if ('default' in module) return await module.default;
  // What CommonJS exports is the module itself. One of exports by name has no configuration.
  return exported === undefined ? undefined : module;
}

/** The library of this very copy of the package, as it is written or as it is built. */
function ownEntry(): string {
  const root = packageRoot();
  const isSource = relative(root, fileURLToPath(import.meta.url)).startsWith(`src${sep}`);
  return join(root, isSource ? 'src/index.ts' : 'dist/index.js');
}
