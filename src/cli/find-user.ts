import type { UserInfo } from '../admin/identity-admin.ts';
import { Problem } from '../config/problem.ts';
import { type AdminTarget, targetFlags } from './admin-target.ts';
import { didYouMean } from './did-you-mean.ts';
import { sameName } from './same-name.ts';

/**
 * The user of a name, found before anything is asked for.
 *
 * @throws Problem when there is none
 */
export function findUser(name: string, users: readonly UserInfo[], target: AdminTarget): UserInfo {
  const user = users.find((other) => sameName(other.name, name));
  if (user !== undefined) return user;
  const names = users.map((other) => other.name);
  const meant = didYouMean(name, names);
  throw new Problem('user-unknown', {
    what: `There is no user ${name}.`,
    why: meant === undefined ? undefined : `Did you mean ${meant}?`,
    next: `For the users there are: fwoa users${targetFlags(target)}`,
  });
}

/**
 * The user who is meant when none is named: the only one there is.
 *
 * @throws Problem when there are none, or several
 */
export function onlyUser(users: readonly UserInfo[], target: AdminTarget): UserInfo {
  const [user, ...others] = users;
  if (user === undefined) {
    const next = `Add one: fwoa add-user NAME --role practitioner${targetFlags(target)}`;
    throw new Problem('user-unknown', { what: 'There are no users yet.', next });
  }
  if (others.length === 0) return user;
  const next = `Say which: --user ${user.name} … (fwoa users${targetFlags(target)} lists them)`;
  throw new Problem('user-missing', { what: `There are ${users.length} users.`, next }, { kind: 'usage' });
}
