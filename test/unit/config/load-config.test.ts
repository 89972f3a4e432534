import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig } from '../../../src/config/load-config.ts';
import { isProblem, type Problem } from '../../../src/config/problem.ts';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { temporaryFolder } from '../local/temporary-folder.ts';

type Files = Readonly<Record<string, string>>;

/** A folder with these files. */
function folderOf(files: Files): string {
  const folder = temporaryFolder();
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** The problem that loading ends with. */
async function problemOf(loading: () => Promise<unknown>): Promise<Problem> {
  try {
    await loading();
  } catch (error) {
    if (isProblem(error)) return error;
    throw error;
  }
  throw new Error('There was no problem.');
}

/** The lines of errors of a configuration, each without the indentation. */
async function errorsOf(text: string, name = 'fwoa.config.ts', types?: readonly string[]): Promise<string[]> {
  const cwd = folderOf({ [name]: text });
  const problem = await problemOf(async () => {
    const { checkTypes } = await loadConfig({ cwd });
    if (types !== undefined) checkTypes(types);
  });
  expect(problem.code).toBe('config-invalid');
  return (problem.text.why ?? '').split('\n').map((line) => line.trim());
}

const TEN_MINUTES = 600_000;

describe('a configuration is found', () => {
  it('nowhere: all is as by default', async () => {
    const loaded = await loadConfig({ cwd: temporaryFolder() });
    expect(loaded.file).toBeUndefined();
    expect(loaded.config).toEqual(resolveConfig({}));
    expect(() => loaded.checkTypes([])).not.toThrow();
  });

  it.each([
    [
      'fwoa.config.ts',
      `import { defineConfig } from 'fwoa';\nexport default defineConfig({ binary: { urlLifetime: '10m' } });`,
    ],
    ['fwoa.config.ts', `export default { binary: { urlLifetime: '10m' } } satisfies object;`],
    ['fwoa.config.mts', `const lifetime: string = '10m';\nexport default { binary: { urlLifetime: lifetime } };`],
    ['fwoa.config.js', `export default { binary: { urlLifetime: '10m' } };`],
    ['fwoa.config.js', `module.exports = { binary: { urlLifetime: '10m' } };`],
    [
      'fwoa.config.mjs',
      `import { defineConfig } from 'fwoa';\nexport default await defineConfig({ binary: { urlLifetime: '10m' } });`,
    ],
    ['fwoa.config.json', `{ "binary": { "urlLifetime": "10m" } }`],
    [
      'fwoa.config.ts',
      `import type { FwoaConfig } from 'fwoa';\nconst c: FwoaConfig = { binary: { urlLifetime: '10m' } };\nexport { c as default };`,
    ],
  ])('as %s: %s', async (name, text) => {
    const cwd = folderOf({ [name]: text });
    const { config, file } = await loadConfig({ cwd });
    expect(file).toBe(join(cwd, name));
    expect(config.binary.urlLifetime).toBe(TEN_MINUTES);
  });

  it('in a folder above, the nearest one first', async () => {
    const folder = folderOf({
      'fwoa.config.json': '{"binary":{"maxBytes":1}}',
      'a/fwoa.config.json': '{"binary":{"maxBytes":2}}',
      'a/b/c/x': '',
    });
    expect((await loadConfig({ cwd: join(folder, 'a/b/c') })).config.binary.maxBytes).toBe(2);
    expect((await loadConfig({ cwd: folder })).config.binary.maxBytes).toBe(1);
  });

  it('by its name', async () => {
    const cwd = folderOf({ 'other.ts': 'export default { binary: { maxBytes: 3 } };', 'fwoa.config.json': '{}' });
    expect((await loadConfig({ cwd, file: 'other.ts' })).config.binary.maxBytes).toBe(3);
    expect(await problemOf(() => loadConfig({ cwd, file: 'missing.ts' }))).toMatchObject({
      code: 'config-missing',
      kind: 'usage',
    });
  });

  it('not when there are two', async () => {
    const cwd = folderOf({ 'fwoa.config.ts': '', 'fwoa.config.json': '{}' });
    const { code, text } = await problemOf(() => loadConfig({ cwd }));
    expect(code).toBe('config-ambiguous');
    expect(text.what).toContain('fwoa.config.ts, fwoa.config.json');
  });

  it.skipIf(process.platform === 'win32')('not where everyone may write it, unless it is named', async () => {
    const cwd = folderOf({ 'fwoa.config.json': '{}' });
    chmodSync(join(cwd, 'fwoa.config.json'), 0o666);
    expect((await problemOf(() => loadConfig({ cwd }))).code).toBe('config-not-trusted');
    expect((await loadConfig({ cwd, file: 'fwoa.config.json' })).config.binary.maxBytes).toBeUndefined();
  });

  it('and may import files beside it', async () => {
    const cwd = folderOf({
      'fwoa.config.ts': `import { roles } from './roles.ts';\nexport default { roles };`,
      'roles.ts': `export const roles = { nurse: { rules: [{ interactions: ['read' as const], types: ['Patient'] }] } };`,
    });
    expect((await loadConfig({ cwd })).config.roles).toEqual([
      { name: 'nurse', description: undefined, rules: [{ interactions: ['read'], types: ['Patient'] }] },
    ]);
  });
});

describe('every value that is wrong is shown with its place', () => {
  it.each<readonly [what: string, text: string, ...errors: string[]]>([
    [
      'an unknown key',
      `export default {\n  binry: {} };`,
      '2:3  binry is no key that is known here. Did you mean "binary"?',
    ],
    [
      'an unknown key further in',
      `export default { server: {\n  limits: {\n    bodyByte: 1 } } };`,
      '3:5  server.limits.bodyByte is no key that is known here. Did you mean "bodyBytes"?',
    ],
    [
      'an interaction',
      `export default { roles: { nurse: { rules: [\n  { interactions: ['raed'], types: '*' }] } } };`,
      /^2:20 {2}roles\.nurse\.rules\[0\]\.interactions: "raed" is not known\. Did you mean "read"\?/,
    ],
    [
      'a wrong type',
      `export default { audit: { queryValues: 'yes' } };`,
      '1:40  audit.queryValues must be true or false',
    ],
    [
      'a duration',
      `export default { binary: {\n urlLifetime: '5 minutes' } };`,
      /^2:15 {2}binary\.urlLifetime is no duration/,
    ],
    ['no time', `export default { binary: {\n urlLifetime: '0s' } };`, /^2:15 {2}binary\.urlLifetime is no duration/],
    [
      'what is missing',
      `export default { clients: {\n  defaultRate: { burst: 5 } } };`,
      '2:16  clients.defaultRate.perSecond is missing',
    ],
    ['a negative number', `export default { binary: { maxBytes: -1 } };`, '1:38  binary.maxBytes must be more than 0'],
    [
      'an origin',
      `export default { server: { cors: { origins: ['https://a.example', 'https://a.example/x'] } } };`,
      /^1:67 {2}server\.cors\.origins is no origin/,
    ],
    [
      'the name of a role',
      `export default { roles: {\n  'night nurse': { rules: [] } } };`,
      /^2:3 {2}roles\["night nurse"\] is no name for a role/,
    ],
    [
      'an issuer for everyone',
      `export default { auth: { issuers: [\n  { issuer: 'https://a.example' }] } };`,
      /^2:3 {2}auth\.issuers needs "audience" or "clientIds"/,
    ],
    [
      'an issuer without TLS',
      `export default { auth: { issuers: [\n  { issuer: 'http://a.example', audience: 'x' }] } };`,
      '2:13  auth.issuers[0].issuer must be an https URL',
    ],
    [
      'types that are no list',
      `export default { roles: { a: { rules: [{ interactions: ['*'], types: 'Patient' }] } } };`,
      /^1:70 .*types must be "\*" or a list/,
    ],
    ['no export', `export const a = 1;`, /^1:1 {2}The file must export an object/],
    ['an export that is a function', `export default () => ({});`, /^1:16 {2}The file must export an object/],
  ] as never)('%s', async (_, text: string, ...expected: readonly (string | RegExp)[]) => {
    const errors = await errorsOf(text);
    expect(errors.map((line) => line.replace('fwoa.config.ts:', ''))).toEqual(
      expected.map((one) => (typeof one === 'string' ? one : expect.stringMatching(one))),
    );
  });

  it.each([
    [
      'defineConfig',
      `import { defineConfig } from 'fwoa';\nexport default defineConfig({\n  binary: { maxBytes: 'a' as never },\n});`,
      '3:23',
    ],
    [
      'satisfies',
      `import type { FwoaConfig } from 'fwoa';\nexport default {\n  binary: { maxBytes: 'a' } } satisfies FwoaConfig;`,
      '3:23',
    ],
    ['a constant', `const binary = {\n  maxBytes: 'a' };\nexport default { binary };`, '2:13'],
    ['a constant of the whole', `const config = {\n  binary: { maxBytes: 'a' } };\nexport default config;`, '2:23'],
    [
      'a property of a constant',
      `const all = { sizes: {\n  largest: 'a' } };\nexport default { binary: { maxBytes: all.sizes.largest } };`,
      '2:12',
    ],
    ['a spread', `const own = {\n  maxBytes: 'a' };\nexport default { binary: { ...own } };`, '2:13'],
    [
      'what comes after a spread',
      `const own = {\n  maxBytes: 'a' };\nexport default { binary: { ...own, maxBytes: 'b' } };`,
      '3:46',
    ],
    ['a function: the call', `const size = () => 'a';\nexport default {\n  binary: { maxBytes: size() } };`, '3:23'],
    [
      'a function of the whole object: the call',
      `const binary = () => ({ maxBytes: 'a' });\nexport default {\n  binary: binary() };`,
      '3:11',
    ],
    ['CommonJS', `module.exports = {\n  binary: { maxBytes: 'a' } };`, '2:23'],
  ])('and is followed through %s', async (_, text, place) => {
    expect(await errorsOf(text)).toEqual([`fwoa.config.ts:${place}  binary.maxBytes must be a number`]);
  });

  it('in JSON too', async () => {
    const errors = await errorsOf('{\n  "binary": {\n    "maxBytes": "a" } }', 'fwoa.config.json');
    expect(errors).toEqual(['fwoa.config.json:3:17  binary.maxBytes must be a number']);
  });

  it('all at once, in their order', async () => {
    const errors = await errorsOf(
      `export default {\n  server: { x: 1 },\n  binary: { maxBytes: 'a', urlLifetime: 5 },\n  adit: 1 };`,
    );
    expect(errors.map((line) => line.split(' ')[0])).toEqual([
      'fwoa.config.ts:2:13',
      'fwoa.config.ts:3:23',
      'fwoa.config.ts:3:41',
      'fwoa.config.ts:4:3',
    ]);
  });

  it('without its value, which may be secret', async () => {
    const errors = await errorsOf(`export default { auth: { clientSecret: 'hunter2', tokenLifetime: 'hunter2' } };`);
    expect(errors).toHaveLength(2);
    expect(errors.join()).not.toContain('hunter2');
  });
});

describe('a file that can not be run is shown with its line', () => {
  it.each([
    [
      'broken syntax',
      'fwoa.config.ts',
      `export default {\n  binary: { maxBytes: 1 ]\n};`,
      /^fwoa\.config\.ts:2:25 {2}Unexpected token/,
    ],
    [
      'broken JSON',
      'fwoa.config.json',
      `{\n  "binary": {},\n}`,
      /^fwoa\.config\.json:3:1 {2}Unexpected character '}'$/,
    ],
    ['a comment in JSON', 'fwoa.config.json', `{\n  // none\n}`, /^fwoa\.config\.json:2:3 {2}Unexpected character/],
    [
      'an exception',
      'fwoa.config.ts',
      `const a: number = 1;\n\nif (a === 1) throw new Error('no ward');\nexport default {};`,
      /^fwoa\.config\.ts:3:\d+ {2}The file failed when it ran: no ward$/,
    ],
    [
      'an import that is not there',
      'fwoa.config.ts',
      `import './missing.ts';\nexport default {};`,
      /The file failed when it ran: Cannot find module/,
    ],
  ])('%s', async (_, name, text, expected) => {
    expect(await errorsOf(text, name)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('the types of roles', () => {
  const roles = `export default { roles: { nurse: { rules: [\n  { interactions: ['read'], types: ['Patient',\n    'Pacient', 'Media'] }] } } };`;

  it('are checked when it is known which ones there are', async () => {
    expect(await errorsOf(roles, 'fwoa.config.ts', ['Patient', 'Practitioner', 'Media'])).toEqual([
      'fwoa.config.ts:3:5  roles.nurse.rules[0].types: "Pacient" is no resource type. Did you mean "Patient"?',
    ]);
  });

  it('are taken as they are before that', async () => {
    const { config, checkTypes } = await loadConfig({ cwd: folderOf({ 'fwoa.config.ts': roles }) });
    expect(config.roles[0]?.rules[0]?.types).toEqual(['Patient', 'Pacient', 'Media']);
    expect(() => checkTypes(['Patient', 'Pacient', 'Media'])).not.toThrow();
  });
});
