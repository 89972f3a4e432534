import { fork } from 'node:child_process';
import { once } from 'node:events';
import { keepTrack } from './children.ts';
import type { Reply, RoleName } from './roles.ts';

/** A child process with a role. */
export interface RoleProcess<Task, Result> {
  readonly pid: number;
  /** Has one task done; tasks are not to overlap. */
  ask(task: Task): Promise<Result>;
  end(): Promise<void>;
}

/** Starts this bundle again, in a role. */
export function startRole<Task extends object, Result>(role: RoleName): RoleProcess<Task, Result> {
  // Advanced serialization carries bytes as bytes.
  const child = keepTrack(
    fork(process.argv[1] ?? '', ['--role', role], { serialization: 'advanced', stdio: ['ignore', 2, 2, 'ipc'] }),
  );
  const ended = once(child, 'exit').then(([code]) => ({ error: `The process "${role}" ended with ${code}.` }));
  return {
    pid: child.pid ?? 0,
    async ask(task) {
      child.send(task);
      const reply = await Promise.race([once(child, 'message').then(([message]) => message as Reply), ended]);
      if ('error' in reply) throw new Error(`${role}: ${reply.error}`);
      return reply.result as Result;
    },
    async end() {
      child.disconnect();
      await ended;
    },
  };
}
