import { readDataSettings } from '../config/data-settings.ts';
import { Problem } from '../config/problem.ts';
import type { IdentityOptions } from '../local/identity/identity-options.ts';
import { openLocalIdentity } from '../local/identity/open-local-identity.ts';
import type { IdentityAdmin } from './identity-admin.ts';

/**
 * The admin's verbs on a data folder, whether a server runs on it or not.
 *
 * @throws Problem `no-data-folder` when it is none
 */
export async function openLocalAdmin(dataFolder: string, options: IdentityOptions = {}): Promise<IdentityAdmin> {
  if (readDataSettings(dataFolder) === undefined) {
    throw new Problem('no-data-folder', {
      what: `There is no data folder ${dataFolder}.`,
      next: 'Start the server once, which makes it (fwoa local), or name another folder with --data.',
    });
  }
  return openLocalIdentity(dataFolder, options).admin;
}
