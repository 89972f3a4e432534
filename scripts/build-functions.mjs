// Bundles each function for AWS Lambda into a folder of its own, dist/functions/<name>: index.mjs, what it loads later beside it, and the definitions.
// All is bundled: the versions of the runtime's own AWS SDK are not ours to say. Library code is minified; source maps lie beside.
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * What is loaded when it is first needed, by a file's name beside the bundle. The FHIRPath engine is left out, 1.6 MB that no search parameter of the
 * releases needs: test/conformance/index-fhirpath.test.ts says that the walks compute them all.
 */
const LATER = [{ file: /src\/fhir\/ucum\.ts$/, module: "'@lhncbc/ucum-lhc'", name: 'ucum' }];

/** Modules of libraries that a function has no use for, and what stands in their place. */
const INSTEAD = [
  // The calls of OpenSearch's API by their names: requests are sent by their paths.
  { file: /opensearch\/api\/OpenSearchApi\.js$/, contents: 'module.exports = class {};' },
  // Credentials are given.
  {
    file: /@aws-sdk\/credential-provider-node\//,
    contents: "exports.defaultProvider = () => () => Promise.reject(new Error('No credentials were given.'));",
  },
  // Asks which browser this is.
  { file: /bowser\/bowser\.mjs$/, contents: 'export default {};' },
];

const leanLibraries = {
  name: 'lean libraries',
  setup(build) {
    for (const { file, contents } of INSTEAD) build.onLoad({ filter: file }, () => ({ contents, loader: 'js' }));
    for (const { file, module, name } of LATER) {
      build.onLoad({ filter: file }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!text.includes(module)) throw new Error(`${path} does not load ${module} any more.`);
        return { contents: text.replace(module, `'./later/${name}.cjs'`), loader: 'ts' };
      });
    }
  },
};

/** @returns the bytes of each function's code, by its name */
export async function buildFunctions({ build, root, dist }) {
  const common = {
    absWorkingDir: root,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node22',
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'warning',
    metafile: true,
    // The AWS SDK's modules, not its CommonJS: only what is used is bundled.
    mainFields: ['module', 'main'],
  };
  const sizes = {};
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  for (const name of ['api', 'indexer', 'maintenance']) {
    const folder = join(dist, 'functions', name);
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    const main = await build({
      ...common,
      entryPoints: { index: `src/lambda/${name}.ts` },
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      splitting: true,
      chunkNames: 'chunks/[name]-[hash]',
      format: 'esm',
      plugins: [leanLibraries],
      // CommonJS within asks for Node's modules.
      banner: { js: "import{createRequire as _cr}from'node:module';const require=_cr(import.meta.url);" },
    });
    const later = await build({
      ...common,
      mainFields: ['main'],
      entryPoints: { ucum: '@lhncbc/ucum-lhc' },
      outdir: join(folder, 'later'),
      outExtension: { '.js': '.cjs' },
      format: 'cjs',
    });
    cpSync(join(root, 'definitions'), join(folder, 'definitions'), { recursive: true });
    // Read for the version. Files say by their names what kind of modules they are.
    writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ name: 'fwoa', version })}\n`);
    const outputs = [main, later].flatMap(({ metafile }) => Object.entries(metafile.outputs));
    const code = outputs.filter(([path]) => !path.endsWith('.map'));
    sizes[name] = code.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  }
  return sizes;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { build } = await import('esbuild');
  const root = fileURLToPath(new URL('..', import.meta.url));
  console.log(JSON.stringify(await buildFunctions({ build, root, dist: join(root, 'dist') }), null, 2));
}
