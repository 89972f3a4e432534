import type { BenchContext, Row } from '../measure.ts';
import { bareStart, startServer } from '../processes/fwoa-process.ts';
import { inPairs, spread } from '../spread.ts';

/** From the start of the process until it accepts requests, against Node that does nothing. */
export async function measureStartUp(context: BenchContext): Promise<readonly Row[]> {
  const { options, newPath, progress } = context;
  progress('start-up');
  const { path: full } = await context.syntheaFolder();
  const memory: number[] = [];
  const start = async (data: string): Promise<number> => {
    const server = await startServer(data);
    if (data === full) memory.push(server.memory().now / 1e6);
    await server.stop();
    return server.readyMs;
  };
  const goal = { of: 'ours', at: 'most', value: 1000 } as const;
  const empty = await inPairs(options.pairs, () => start(newPath()), bareStart);
  const filled = await inPairs(options.pairs, () => start(full), bareStart);
  return [
    { name: 'start-up on an empty folder : bare Node', unit: 'ms', ...empty, goal },
    { name: 'start-up with all Synthea data : bare Node', unit: 'ms', ...filled, goal },
    { name: 'memory at rest with all Synthea data', unit: 'MB', ours: spread(memory) },
  ];
}
