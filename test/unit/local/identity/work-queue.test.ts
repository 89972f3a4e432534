import { expect, it } from 'vitest';
import { createWorkQueue } from '../../../../src/local/identity/work-queue.ts';

/** Work that ends when it is told to. */
function pieces(queue: ReturnType<typeof createWorkQueue>) {
  const running: string[] = [];
  const ends = new Map<string, (error?: Error) => void>();
  const add = (name: string) =>
    queue.run(
      name[0] ?? '',
      () =>
        new Promise<string>((resolve, reject) => {
          running.push(name);
          ends.set(name, (error) => (error === undefined ? resolve(name) : reject(error)));
        }),
    );
  const settle = () => new Promise(setImmediate);
  return {
    running,
    add,
    settle,
    async end(name: string, error?: Error) {
      ends.get(name)?.(error);
      await settle();
    },
  };
}

it('runs as many at once as it may, one of a key, in order; refuses what is too much; goes on after a failure', async () => {
  const { running, add, end, settle } = pieces(createWorkQueue(2, 3));
  const all = ['a1', 'a2', 'b1', 'c1'].map((name) => add(name));
  await settle();
  expect(running).toEqual(['a1', 'b1']);
  const late = add('a3');
  expect(add('d1')).toBeUndefined();
  await end('b1');
  expect(running).toEqual(['a1', 'b1', 'c1']);
  await end('a1');
  expect(running).toEqual(['a1', 'b1', 'c1', 'a2']);
  const failed = expect(all[1]).rejects.toThrow('broken');
  await end('a2', new Error('broken'));
  await failed;
  expect(running.at(-1)).toBe('a3');
  await end('a3');
  await end('c1');
  expect(await Promise.all([all[0], all[2], all[3], late])).toEqual(['a1', 'b1', 'c1', 'a3']);
});
