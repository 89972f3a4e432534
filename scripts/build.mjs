// Bundles the executable and the library into dist/: one `esbuild` call, half a second, no install script needed.
// `--if-stale` leaves dist/ alone when nothing that goes into it is newer.
import { readdirSync, rmSync, statSync, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const root = fileURLToPath(new URL('..', import.meta.url));
const dist = join(root, 'dist');

/** The newest change below a folder, in ms since the epoch. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

const inputs = ['bin', 'src', 'test/bench', 'package.json', 'package-lock.json', 'scripts/build.mjs'].map((p) => join(root, p)).filter(existsSync);
const stamp = join(dist, 'fwoa.js');
const fresh = existsSync(stamp) && Math.max(...inputs.map(newest)) <= statSync(stamp).mtimeMs;
if (!(process.argv.includes('--if-stale') && fresh)) {
  const { build } = await import('esbuild');
  rmSync(dist, { recursive: true, force: true });
  const entryPoints = { fwoa: 'bin/fwoa.ts', index: 'src/index.ts', bench: 'test/bench/bench.ts' };
  for (const [name, path] of Object.entries(entryPoints)) if (!existsSync(join(root, path))) delete entryPoints[name];
  await build({
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
  });
}
