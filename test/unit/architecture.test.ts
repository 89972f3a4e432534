import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What the adapters in `src/storage` and elsewhere implement: of the folder, but a part of their own. */
const STORAGE_PORTS: readonly string[] = [
  'src/storage/store.ts',
  'src/storage/blob-store.ts',
  'src/storage/storage-parts.ts',
  'src/storage/guard-check.ts',
];

/** What each part of `src` may import, beside itself. A part is a folder of `src`; the storage ports are a part of their own. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  fhir: [],
  config: ['fhir'],
  'storage-port': ['fhir'],
  storage: ['storage-port', 'fhir'],
  audit: ['fhir', 'storage-port'],
  auth: ['fhir', 'storage-port'],
  transforms: ['fhir'],
  api: ['auth', 'audit', 'fhir', 'storage-port', 'transforms'],
  // The two places where an adapter is chosen.
  local: ['api', 'auth', 'audit', 'config', 'fhir', 'storage', 'storage-port', 'transforms'],
  lambda: ['api', 'auth', 'audit', 'config', 'fhir', 'storage', 'storage-port', 'transforms'],
  admin: ['auth', 'audit', 'config', 'fhir', 'local', 'storage', 'storage-port'],
  stacks: ['auth', 'config', 'fhir', 'storage'],
  deploy: ['config', 'fhir', 'stacks'],
  cli: ['admin', 'deploy', 'local', 'config', 'fhir'],
};

/** The library's entry shows the parts, adapters too. */
const PUBLIC_ENTRY = 'src/index.ts';

interface Import {
  readonly from: string;
  readonly to: string;
}

function sources(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name));
}

/** Every relative import of a file: static, dynamic, of types, and re-exports. */
function importsOf(file: string): Import[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  return [...text.matchAll(/(?:\bfrom|\bimport\(|\bimport)\s*'(\.{1,2}\/[^']+)'/g)].map(([, path = '']) => ({
    from: file,
    to: relative(ROOT, resolve(ROOT, dirname(file), path)),
  }));
}

function partOf(file: string): string {
  if (STORAGE_PORTS.includes(file)) return 'storage-port';
  const [top, folder = ''] = file.split('/');
  return top === 'stacks' ? top : folder;
}

const imports = [...sources('src'), ...(existsSync(join(ROOT, 'stacks')) ? sources('stacks') : [])].flatMap(importsOf);

describe('dependencies point one way', () => {
  it('finds the imports there are', () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports.filter(({ to }) => !existsSync(join(ROOT, to)))).toEqual([]);
  });

  it.each(Object.entries(MAY_IMPORT))('src/%s imports nothing of ours but %j', (part, allowed) => {
    const wrong = imports.filter(
      ({ from, to }) => from !== PUBLIC_ENTRY && partOf(from) === part && ![part, ...allowed].includes(partOf(to)),
    );
    expect(wrong).toEqual([]);
  });

  it('no part of src is without a rule', () => {
    const parts = new Set(
      sources('src')
        .filter((file) => file !== PUBLIC_ENTRY)
        .map(partOf),
    );
    expect([...parts].filter((part) => !(part in MAY_IMPORT))).toEqual([]);
  });

  it('a storage adapter knows no other', () => {
    const adapter = (file: string) => /^src\/storage\/([^/]+)\//.exec(file)?.[1];
    const wrong = imports.filter(({ from, to }) => adapter(from) && adapter(to) && adapter(from) !== adapter(to));
    expect(wrong).toEqual([]);
  });

  it('the executable only hands its arguments on', () => {
    expect(importsOf('bin/fwoa.ts').map(({ to }) => partOf(to))).toEqual(['cli', 'cli']);
  });
});

describe('docs/architecture.md', () => {
  const text = readFileSync(join(ROOT, 'docs/architecture.md'), 'utf8');

  it('names files that are there', () => {
    const named = [...text.matchAll(/`((?:bin|src|test|scripts|definitions|templates)\/[\w./-]*)`/g)].map(
      ([, path = '']) => path,
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });

  it('names functions that are in the files beside which they stand', () => {
    const rows = [...text.matchAll(/`((?:bin|src)\/[\w./-]+\.ts)` `(\w+)`/g)];
    expect(rows.length).toBeGreaterThan(15);
    const missing = rows.filter(([, file = '', name = '']) => {
      return !new RegExp(`\\b${name}\\b`).test(readFileSync(join(ROOT, file), 'utf8'));
    });
    expect(missing.map(([row]) => row)).toEqual([]);
  });
});
