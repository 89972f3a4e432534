import { spawn } from 'node:child_process';

/** Why an engine can't be had, for a person: one line, and what to do. */
export class EngineProblem extends Error {
  /** @param {string} message @param {{ missing?: boolean }} [details] */
  constructor(message, { missing = false } = {}) {
    super(message);
    this.name = 'EngineProblem';
    /** A program is not there. */
    this.missing = missing;
  }
}

/** Runs a program to its end. What it says is shown only when it fails. */
export function run(command, argv, { cwd, missing = `Install ${command}.` } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const keep = (piece) => {
      said = `${said}${piece}`.slice(-2000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => {
      if (error.code === 'ENOENT') reject(new EngineProblem(`There is no ${command}. ${missing}`, { missing: true }));
      else reject(error);
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new EngineProblem(`${command} ended with ${code ?? signal}:\n${said.trim()}`));
    });
  });
}
