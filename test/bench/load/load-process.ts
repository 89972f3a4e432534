import { type RoleProcess, startRole } from '../processes/role-process.ts';
import type { LoadResult, LoadTarget, LoadTask } from './load.ts';

/** The client: a process of its own, that puts loads on servers. */
export interface LoadProcess {
  /** @throws Error when any answer has a status that is not 2xx. */
  run(target: LoadTarget, requests: readonly Uint8Array[], options: LoadOptions): Promise<LoadResult>;
  end(): Promise<void>;
}

export interface LoadOptions {
  readonly connections: number;
  /** Undefined: each request once. */
  readonly seconds?: number | undefined;
}

export function startLoad(): LoadProcess {
  const role: RoleProcess<LoadTask, LoadResult> = startRole('load');
  return {
    async run({ url, headers }, requests, { connections, seconds }) {
      const result = await role.ask({ url, headers, requests, connections, seconds });
      const failed = [...result.statuses].filter(([status]) => status < 200 || status > 299);
      if (failed.length > 0) throw new Error(`${url} answered ${failed.map(([s, n]) => `${n} × ${s}`).join(', ')}`);
      return result;
    },
    end: () => role.end(),
  };
}
