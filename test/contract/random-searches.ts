import { describe, it } from 'vitest';
import { type OpenStore, useStore } from './harness.ts';
import { MirroredStore } from './mirrored-store.ts';
import { Random } from './random.ts';
import { randomKey, randomQuery, randomWrite } from './random-model.ts';

const RESOURCES = 300;
const QUERIES = 2_000;
/** A failure names its own seed: give that to `FWOA_SEED`, and 1 to `FWOA_QUERIES`, to run it alone. */
const SEED = Number(process.env.FWOA_SEED ?? 20_240_101);
const COUNT = Number(process.env.FWOA_QUERIES ?? QUERIES);

async function writeResources(mirror: MirroredStore): Promise<void> {
  const random = new Random(1);
  while (mirror.resources.size < RESOURCES) {
    const [type, id] = randomKey(random);
    await mirror.put(randomWrite(random, type, id));
    if (!random.chance(0.1)) continue;
    const [goneType, goneId] = randomKey(random);
    if (mirror.resources.has(`${goneType}/${goneId}`)) await mirror.remove(goneType, goneId);
  }
}

export function describeRandomSearches(open: OpenStore): void {
  describe('random searches', () => {
    const mirrored = useStore(open, async (opened) => {
      const mirror = new MirroredStore(opened);
      await writeResources(mirror);
      return mirror;
    });

    it(`agree with the evaluator (${COUNT} of them, from seed ${SEED})`, { timeout: 300_000 }, async () => {
      for (let seed = SEED; seed < SEED + COUNT; seed++) {
        const query = randomQuery(new Random(seed));
        try {
          await mirrored().check(query);
        } catch (cause) {
          throw new Error(`seed ${seed}: ${cause}\n${JSON.stringify(query, undefined, 1)}`, { cause });
        }
      }
    });
  });
}
