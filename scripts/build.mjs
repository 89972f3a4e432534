// Bundles the executable and the library into dist/: one `esbuild` call, half a second, no install script needed.
// `--if-stale` leaves dist/ alone when nothing that goes into it is newer; `--types` adds the library's .d.ts files.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');
const executable = join(dist, 'fwoa.js');

/** The newest change below a folder, in ms since the epoch. A file that vanishes meanwhile counts for nothing. */
function newest(path) {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return 0;
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const inputs = ['bin', 'src', 'stacks', 'test/bench', 'definitions', 'package.json', 'package-lock.json', 'scripts'];
const begin = Date.now();
const fresh =
  existsSync(executable) && Math.max(...inputs.map((path) => newest(join(root, path)))) <= statSync(executable).mtimeMs;

if (!(process.argv.includes('--if-stale') && fresh)) {
  const { build } = await import('esbuild');
  const entryPoints = {
    fwoa: 'bin/fwoa.ts',
    index: 'src/index.ts',
    stacks: 'stacks/index.ts',
    bench: 'test/bench/bench.ts',
  };
  for (const [name, path] of Object.entries(entryPoints)) if (!existsSync(join(root, path))) delete entryPoints[name];
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints,
    outdir: dist,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    sourcesContent: false,
    chunkNames: 'chunks/[name]-[hash]',
    logLevel: 'warning',
    metafile: true,
  });
  // Chunks of an earlier build go, once those of this one are there.
  const written = new Set(Object.keys(metafile.outputs).map((path) => join(root, path)));
  for (const folder of [dist, join(dist, 'chunks')]) {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (statSync(path).isFile() && !written.has(path)) rmSync(path);
    }
  }
  chmodSync(executable, 0o755);
  // What changed while it was built counts as newer.
  utimesSync(executable, begin / 1000, begin / 1000);
  const { buildFunctions } = await import('./build-functions.mjs');
  await buildFunctions({ build, root, dist });
}

if (process.argv.includes('--types')) {
  rmSync(join(dist, 'types'), { recursive: true, force: true });
  const tsc = fileURLToPath(new URL('../node_modules/typescript/bin/tsc', import.meta.url));
  execFileSync(process.execPath, [tsc, '--project', join(root, 'tsconfig.build.json')], { stdio: 'inherit' });
}
