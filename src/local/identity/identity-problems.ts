import type { Quota, RateLimit } from '../../auth/identity-admin.ts';
import { Problem } from '../../config/problem.ts';

export function userExists(name: string): Problem {
  const next = 'Take another name, or give the user a new password: fwoa set-password.';
  return new Problem('user-exists', { what: `There is a user ${name} already.`, next });
}

export function userUnknown(name: string): Problem {
  const next = 'See who there is: fwoa users.';
  return new Problem('user-unknown', { what: `There is no user ${JSON.stringify(name)}.`, next });
}

export function roleUnknown(role: string, roles: readonly string[]): Problem {
  const next = `Take one of ${roles.join(', ')}.`;
  return new Problem('role-unknown', { what: `There is no role ${JSON.stringify(role)}.`, next }, { kind: 'usage' });
}

export function signInRefused(): Problem {
  return new Problem('sign-in-refused', {
    what: 'The user name or the password is wrong.',
    next: 'Try again; after several wrong passwords in a row the user is locked for a while.',
  });
}

export function userLocked(name: string, until: number): Problem {
  return new Problem('user-locked', {
    what: `The user ${name} is locked until ${new Date(until).toISOString()}.`,
    why: 'There were several wrong passwords in a row.',
    next: 'Wait until then, or give the user a new password: fwoa set-password.',
  });
}

export function signInBusy(): Problem {
  return new Problem('sign-in-busy', {
    what: 'Too many sign in at the moment.',
    next: 'Try again in a few seconds.',
  });
}

export function clientExists(name: string): Problem {
  const next = 'Take another name, or remove the other one first: fwoa remove-client.';
  return new Problem('client-exists', { what: `There is a client system ${name} already.`, next });
}

export function clientUnknown(nameOrId: string): Problem {
  const next = 'See which ones there are: fwoa clients.';
  return new Problem('client-unknown', { what: `There is no client system ${JSON.stringify(nameOrId)}.`, next });
}

/** @throws Problem `limit-invalid` */
export function checkLimits({ perSecond, burst }: RateLimit, quota: Quota | undefined): void {
  if (!(Number.isFinite(perSecond) && perSecond > 0)) throw limitInvalid('The rate per second must be above 0.');
  if (!(Number.isSafeInteger(burst) && burst >= 1)) throw limitInvalid('The burst must be a whole number from 1 up.');
  if (quota !== undefined && !(Number.isSafeInteger(quota.requests) && quota.requests >= 1)) {
    throw limitInvalid('The quota must be a whole number from 1 up.');
  }
}

function limitInvalid(what: string): Problem {
  return new Problem('limit-invalid', { what }, { kind: 'usage' });
}
