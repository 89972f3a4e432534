import type { ClientSystem } from '../../auth/client-directory.ts';
import type { IdentityTables } from './identity-tables.ts';

/** Writes counts of usage back, several at a time. */
export interface UsageWriter {
  used(client: ClientSystem): void;
  flush(): void;
  /** Writes the rest; no more is written after it. */
  close(): void;
}

/** @param every ms between writes, while there is something to write */
export function createUsageWriter(
  { database, clients, transaction }: IdentityTables,
  { every, report }: { readonly every: number; readonly report: (error: unknown) => void },
): UsageWriter {
  const dirty = new Set<ClientSystem>();
  let timer: NodeJS.Timeout | undefined;

  function flush(): void {
    clearTimeout(timer);
    timer = undefined;
    if (dirty.size === 0) return;
    // Not worth waiting for the disk each second: after a power failure a second's counts are missing.
    database.exec('PRAGMA synchronous = NORMAL');
    try {
      transaction(() => {
        for (const { id, usage } of dirty) clients.setUsage({ id, ...usage });
      });
      dirty.clear();
    } finally {
      database.exec('PRAGMA synchronous = FULL');
    }
  }

  return {
    used(client) {
      dirty.add(client);
      timer ??= setTimeout(() => {
        try {
          flush();
        } catch (error) {
          // A full disk or a lock: they are kept, and written with the next ones.
          report(error);
        }
      }, every).unref();
    },
    flush,
    close() {
      flush();
      clearTimeout(timer);
    },
  };
}
