import { InvalidArgumentError, Option } from 'commander';
import type { CallMaintenance } from '../admin/aws/maintain-index.ts';
import { Problem } from '../config/problem.ts';
import type { AdminTarget } from './admin-target.ts';
import type { CliIo } from './io.ts';

/** A stage, as what looks after its index needs it. */
export interface Maintenance {
  readonly call: CallMaintenance;
  /** Removes the messages about batches of the stream that were given up. */
  readonly emptyQueue: () => Promise<void>;
  readonly close: () => void;
}

/** Finds the stage; a test gives its own. */
export type OpenMaintenance = (target: AdminTarget, io: Pick<CliIo, 'env'>) => Promise<Maintenance>;

export const openMaintenance: OpenMaintenance = async (target, io) => {
  const { openStage } = await import('./admin-target.ts');
  const { outputs, settings } = await openStage(target, io.env);
  const { stageMaintenance } = await import('../admin/aws/open-maintenance.ts');
  return stageMaintenance(outputs, settings);
};

/** Does something with a stage's index. @throws Problem for the local server: it has no index that could be behind */
export async function withMaintenance<T>(
  target: AdminTarget,
  io: Pick<CliIo, 'env'>,
  open: OpenMaintenance,
  work: (maintenance: Maintenance) => Promise<T>,
): Promise<T> {
  if (target.local) {
    throw new Problem('not-on-the-local-server', {
      what: 'The local server has no index of its own to look after.',
      why: 'It writes what is searched together with the data, and makes it anew by itself when a new version of fwoa needs it.',
      next: 'For a stage on AWS: --stage NAME instead of --local.',
    });
  }
  const maintenance = await open(target, io);
  try {
    return await work(maintenance);
  } finally {
    maintenance.close();
  }
}

/** `--type`, as often as there are types. */
export function resourceTypes(): Option {
  return new Option('--type <type>', 'this resource type alone; may be given several times').argParser(
    (value: string, before: readonly string[] = []): readonly string[] => {
      if (!/^[A-Z][A-Za-z]*$/.test(value)) throw new InvalidArgumentError('It is a resource type such as Patient.');
      return before.includes(value) ? before : [...before, value];
    },
  );
}
