import { spawn } from 'node:child_process';

/** Why an engine can't be had, for a person: what is wrong, and what to do. */
export class EngineProblem extends Error {
  constructor(message) {
    super(message);
    this.name = 'EngineProblem';
  }
}

/**
 * Runs a program to its end. What it says is shown only when it fails.
 *
 * @param options.cwd its folder
 * @param options.advice what to do when it is not there, or fails
 * @param options.attempts how often it is tried; a program that is not there once
 * @returns what it said
 */
export async function run(command, argv, { cwd, advice = '', attempts = 1 } = {}) {
  for (let attempt = 1; ; attempt++) {
    const { code, said } = await once(command, argv, cwd, advice);
    if (code === 0) return said;
    const problem = `${command} ${argv[0]} ended with ${code}. ${advice}`.trim();
    if (attempt >= attempts) throw new EngineProblem(said === '' ? problem : `${problem}\n${said}`);
  }
}

function once(command, argv, cwd, advice) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = () => child.kill();
    process.once('exit', kill);
    let said = '';
    const keep = (piece) => {
      said = `${said}${piece}`.slice(-2000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      process.removeListener('exit', kill);
      if (error.code !== 'ENOENT') reject(error);
      else reject(new EngineProblem(`There is no ${command}. ${advice}`.trim()));
    });
    child.on('close', (code, signal) => {
      process.removeListener('exit', kill);
      resolve({ code: code ?? signal, said: said.trim() });
    });
  });
}
