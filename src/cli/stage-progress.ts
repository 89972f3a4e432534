import { Problem } from '../config/problem.ts';
import type { HostOptions, ResourceEvent } from '../deploy/toolkit-host.ts';
import type { CommandIo } from './command.ts';
import { EXIT } from './errors.ts';
import type { Reporter } from './reporter.ts';

/** Shows what becomes of each resource, and knows afterwards which one was the cause of a failure. */
export interface StageProgress extends HostOptions {
  /** An error of a deployment in plain words. */
  explain(error: unknown, place: { readonly account: string; readonly region: string }): unknown;
  done(): void;
}

/** Of those that CloudFormation stopped because another failed. */
const STOPPED = /cancelled|Rollback requested/i;

export function tellProgress(
  reporter: Reporter,
  options: { readonly debug?: boolean | undefined; readonly json: boolean },
): StageProgress {
  const failures: ResourceEvent[] = [];
  let view: ReturnType<Reporter['progress']> | undefined;
  return {
    onResource(event, { done, total }) {
      if (/_FAILED$/.test(event.status)) failures.push(event);
      view ??= reporter.progress('resources');
      view.update({ done, total, items: done });
    },
    onDebug: options.debug === true ? (line) => reporter.note(line) : undefined,
    done: () => view?.done(),
    explain(error, { region }) {
      const cause = failures.find(({ reason = '' }) => !STOPPED.test(reason)) ?? failures[0];
      if (cause === undefined) return error;
      return new Problem(
        'deployment-failed',
        {
          what: `AWS could not carry it out: ${cause.type} ${cause.logicalId}.`,
          why: cause.reason,
          next: `What was changed is taken back by AWS (region ${region}). Put the reason right, and run the same command again.`,
        },
        { cause: error },
      );
    },
  };
}

/** At Ctrl-C: says what goes on without us. @returns to be called when nothing goes on any more */
export function tellOfInterrupt(io: CommandIo, stage: string, region: string): () => void {
  return io.onSignal(() => {
    io.reporter.warn(
      `Interrupted. CloudFormation goes on by itself with the stage ${stage} in ${region}. Run the same command again: it says what state it is in, and goes on.`,
    );
    io.exit(EXIT.interrupted);
  });
}
