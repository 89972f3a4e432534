import type { StoredVersion } from '../../storage/store.ts';
import type { ServerContext } from '../server-context.ts';
import type { Written } from '../write/commit.ts';

/** Notes the versions of a page for the audit. */
export function tellShown({ trail }: Pick<ServerContext, 'trail'>, versions: readonly StoredVersion[]): void {
  if (trail === undefined) return;
  for (const version of versions) trail.shown(version);
}

/** Notes for the audit what a write did; of one that came to nothing, what was found there. */
export function tellWritten({ trail }: Pick<ServerContext, 'trail'>, written: readonly Written[]): void {
  if (trail === undefined) return;
  for (const { target, version } of written) {
    if (version === undefined) continue;
    if (target.effect !== 'unchanged') trail.changed(target.effect, version, target.current);
    else if (version.body !== undefined) trail.shown(version);
  }
}
