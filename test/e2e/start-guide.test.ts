import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../unit/local/temporary-folder.ts';
import { asPrinted, patternOf, type Step, stepsOf } from './walk-guide.ts';
import {
  missingPrograms,
  type Place,
  readersPlace,
  type ServerTerminal,
  serverTerminal,
  terminal,
} from './walk-shell.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MISSING = missingPrograms('bash', 'curl');
const PASSWORD = 'a password of the walk';
const STARTS_SERVER = /^(?:npm ci && npm start|npx fwoa local\b.*)/;
const CURL_LINE = /^ {2}(curl .*authorization: Bearer ey.*)$/m;

/** What a reader has before them while a server runs. */
interface Walk {
  readonly server: ServerTerminal;
  readonly port: string;
  readonly apiKey: string;
}

async function startServer(place: Place, { typed, says, line }: Step): Promise<Walk> {
  const server = await serverTerminal(place, typed);
  const out = server.out();
  const port = /ready on http:\/\/127\.0\.0\.1:(\d+)/.exec(out)?.[1] ?? '';
  const apiKey = /fwoa_[\w-]+/.exec(out)?.[0] ?? '';
  if (says !== undefined) expect(asPrinted(out), `line ${line}`).toMatch(patternOf(says.replaceAll('8080', port)));
  return { server, port, apiKey };
}

/** Takes a reader through a guide. `passwordOf` gives the password they would type, from what the server has printed. */
async function walk(guide: string, passwordOf: (printed: string) => string): Promise<void> {
  const place = readersPlace(temporaryFolder(), PASSWORD);
  const second = terminal(place);
  const steps = stepsOf(readFileSync(join(ROOT, guide), 'utf8'));
  let now: Walk | undefined;
  const stop = async () => expect(await now?.server.stop()).toBe(0);
  for (const step of steps) {
    if (STARTS_SERVER.test(step.typed)) {
      if (now !== undefined) await stop();
      now = await startServer(place, step);
      const pasted = CURL_LINE.exec(now.server.out())?.[1];
      if (pasted !== undefined) expect((await second.type(pasted)).out).toContain('"id": "demo-lindqvist"');
      await second.type(`export FWOA_PASSWORD='${passwordOf(now.server.out())}'`);
      continue;
    }
    const typed = step.typed.replaceAll('8080', now?.port ?? '').replaceAll('fwoa_…', now?.apiKey ?? '');
    const { out } = await second.type(typed);
    const what = `${guide}:${step.line} ${step.typed}`;
    if (step.says === undefined) expect(out, what).not.toMatch(/"resourceType":\s*"OperationOutcome"/);
    else expect(asPrinted(out), what).toMatch(patternOf(step.says.replaceAll('8080', now?.port ?? '')));
  }
  await stop();
  expect(now?.server.err()).not.toContain('fault');
}

describe('a reader of', () => {
  it('docs/start.md gets what it says, from npm start to the audit', async ({ skip }) => {
    skip(MISSING !== undefined, MISSING);
    await walk('docs/start.md', () => PASSWORD);
  });

  it('README.md gets along with what it says', async ({ skip }) => {
    skip(MISSING !== undefined, MISSING);
    await walk('README.md', (printed) => /^ {2}practitioner +(\S+)$/m.exec(printed)?.[1] ?? PASSWORD);
  });
});

describe.each(['README.md', ...readdirSync(join(ROOT, 'docs')).flatMap(guideIn)])('%s', (guide) => {
  it('leads to files and headings that are there', () => {
    const text = readFileSync(join(ROOT, guide), 'utf8');
    const links = [...text.matchAll(/\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g)];
    const broken = links.filter(([, path = '', heading]) => {
      const file = path === '' ? join(ROOT, guide) : join(ROOT, dirname(guide), path);
      return !existsSync(file) || (heading !== undefined && !headingsOf(file).includes(heading));
    });
    expect(broken.map(([link]) => link)).toEqual([]);
  });
});

function guideIn(name: string): readonly string[] {
  return name.endsWith('.md') ? [`docs/${name}`] : [];
}

/** The names by which a file's headings are linked to. */
function headingsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, text = '']) =>
    text
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replace(/\s/g, '-'),
  );
}

describe('what a guide says comes out', () => {
  it.each([
    { says: 'total: 1', printed: 'total: 1', is: true },
    { says: 'total: 1', printed: 'total: 12', is: false },
    { says: 'total: 1', printed: 'total: 1\nmore', is: false },
    { says: 'key fwoa_… (new)', printed: 'key fwoa_abc (new)', is: true },
    { says: 'key fwoa_… (new)', printed: 'key fwoa_a\nb (new)', is: false },
    { says: '{\n…\n}', printed: '{\n1\n2\n}', is: true },
    { says: '{\n…\n}', printed: '{\n}', is: true },
    { says: '{\n…\n}', printed: '{\n1\n2', is: false },
    { says: 'a.c', printed: 'abc', is: false },
    { says: 'a\t1\t', printed: 'a\t1', is: true },
    { says: '\ta', printed: 'a', is: false },
  ])('$says is met by $printed: $is', ({ says, printed, is }) => {
    expect(patternOf(says).test(asPrinted(printed))).toBe(is);
  });

  it('stands in the text block right after the commands', () => {
    const guide = '# T\n```sh\na\nb\n```\nsays\n```text\nx\n```\n```ts\nno\n```\n```sh\nc\n```\n';
    expect(stepsOf(guide)).toEqual([
      { line: 3, typed: 'a\nb', says: 'x' },
      { line: 14, typed: 'c', says: undefined },
    ]);
  });
});
