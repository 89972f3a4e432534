import type { ChildProcess } from 'node:child_process';

const running = new Set<ChildProcess>();

/** Sees to it that a child does not outlive the bench, however that ends. */
export function keepTrack<T extends ChildProcess>(child: T): T {
  if (running.size === 0) {
    process.once('exit', () => {
      for (const one of running) one.kill('SIGKILL');
    });
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  }
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}
