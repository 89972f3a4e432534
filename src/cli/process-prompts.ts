import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import { Problem } from '../config/problem.ts';
import type { Prompts } from './prompts.ts';

/** No password is longer; what comes on stdin without a line end is read no further. Characters. */
const LONGEST_LINE = 64 * 1024;

/** The real ones. Ctrl-C and Ctrl-D at a question are an interruption. */
export function processPrompts(process: NodeJS.Process): Prompts {
  const { stdin, stderr, env } = process;
  return {
    canAskSecret: Boolean(stdin.isTTY && stderr.isTTY) && !env.CI,
    stdinIsTerminal: Boolean(stdin.isTTY),
    secret: (message) =>
      question(stdin, nowhere(), () => stderr.write(`${message} `)).finally(() => stderr.write('\n')),
    text: (message) => question(stdin, stderr, (lines) => lines.setPrompt(`${message} `)),
    firstLine: () => firstLine(stdin),
  };
}

/**
 * One question; readline's own would wait for ever after Ctrl-D. `show` is called when the terminal shows no keys by itself any more:
 * who answers as soon as they see a question must not see their password.
 */
function question(
  input: NodeJS.ReadStream,
  output: NodeJS.WritableStream,
  show: (lines: Interface) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input, output, terminal: true, historySize: 0, prompt: '' });
    let answer: string | undefined;
    lines.on('SIGINT', () => lines.close());
    lines.on('close', () => {
      if (answer !== undefined) return resolve(answer);
      reject(new Problem('interrupted', { what: 'Interrupted.' }, { kind: 'interrupted' }));
    });
    lines.once('line', (line) => {
      answer = line;
      lines.close();
    });
    show(lines);
    lines.prompt();
  });
}

/** Where readline's echo goes. */
function nowhere(): Writable {
  return new Writable({ write: (_chunk, _encoding, done) => done() });
}

async function firstLine(stdin: NodeJS.ReadStream): Promise<string> {
  let text = '';
  stdin.setEncoding('utf8');
  for await (const chunk of stdin) {
    text += String(chunk);
    if (text.includes('\n') || text.length > LONGEST_LINE) break;
  }
  return text.split(/\r?\n/, 1)[0] ?? '';
}
