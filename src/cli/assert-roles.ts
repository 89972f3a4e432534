import { Problem } from '../config/problem.ts';
import { didYouMean } from './did-you-mean.ts';

/** @throws Problem when one of the roles is not there */
export function assertRoles(roles: readonly string[], known: readonly string[]): void {
  const wrong = roles.find((role) => !known.includes(role));
  if (wrong === undefined) return;
  const meant = didYouMean(wrong, known);
  throw new Problem(
    'role-unknown',
    {
      what: `There is no role ${wrong}.`,
      why: meant === undefined ? undefined : `Did you mean ${meant}?`,
      next: `The roles are: ${known.join(', ')}.`,
    },
    { kind: 'usage' },
  );
}
