import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../../../src/cli/main.ts';
import { recordingIo } from './recording-io.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const TEXT = readFileSync(`${ROOT}/docs/commands.md`, 'utf8');
const GROUP = 'Users and client systems:';

const commands = createProgram(
  recordingIo(),
  async () => {},
  () => {},
).commands.filter((command) => command.helpGroup() === GROUP);

describe('docs/commands.md', () => {
  it.each(commands.map((command) => ({ name: command.name(), command })))(
    'has $name and its flags',
    ({ name, command }) => {
      expect(TEXT).toContain(`fwoa ${name}`);
      const flags = command.options.filter(({ hidden }) => !hidden).map(({ long }) => long ?? '');
      expect(flags.filter((flag) => !TEXT.includes(flag))).toEqual([]);
    },
  );

  it('has the code of each error that the commands tell', () => {
    const sources = readdirSync(`${ROOT}/src/cli`)
      .filter((file) => !/^(audit|import|local)/.test(file))
      .map((file) => readFileSync(`${ROOT}/src/cli/${file}`, 'utf8'));
    const codes = sources.flatMap((source) =>
      [...source.matchAll(/new Problem\(\s*'([\w-]+)'/g)].map(([, code]) => code),
    );
    expect(codes.length).toBeGreaterThan(10);
    expect(codes.filter((code) => !TEXT.includes(`\`${code}\``))).toEqual([]);
  });
});
