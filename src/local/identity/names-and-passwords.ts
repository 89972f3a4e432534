import { Problem } from '../../config/problem.ts';

const USER_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9._@+-]{0,126}[A-Za-z0-9])?$/;
const CLIENT_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9 ._-]{0,62}[A-Za-z0-9])?$/;
/** Who the folder's owner is in the audit. */
const RESERVED = 'owner';
const MIN_LENGTH = 12;
const MAX_LENGTH = 256;
const MIN_DISTINCT = 5;

/** @throws Problem `user-name-invalid` */
export function checkUserName(name: string): void {
  if (name.toLowerCase() === RESERVED) {
    const why = 'The audit log calls whoever the data folder belongs to so.';
    const text = { what: `A user can't be called ${RESERVED}.`, why, next: 'Take another name.' };
    throw new Problem('user-name-invalid', text, { kind: 'usage' });
  }
  if (USER_NAME.test(name)) return;
  throw new Problem(
    'user-name-invalid',
    {
      what: `${JSON.stringify(name)} cannot be a user's name.`,
      why: 'A name has up to 128 letters, digits and . _ @ + -, and begins and ends with a letter or digit.',
      next: 'Take another name: j.doe, or doe@example.org.',
    },
    { kind: 'usage' },
  );
}

/** @throws Problem `client-name-invalid` */
export function checkClientName(name: string): void {
  if (CLIENT_NAME.test(name)) return;
  throw new Problem(
    'client-name-invalid',
    {
      what: `${JSON.stringify(name)} cannot be a client system's name.`,
      why: 'A name has up to 64 letters, digits, spaces and . _ -, and begins and ends with a letter or digit.',
      next: 'Take another name: lab-system.',
    },
    { kind: 'usage' },
  );
}

/**
 * Length is what makes a password strong; rules about kinds of characters do not (NIST SP 800-63B, section 5.1.1.2).
 *
 * @throws Problem `password-weak`, which never shows the password
 */
export function checkPassword(password: string, userName: string): void {
  const why = weakness(password, userName);
  if (why === undefined) return;
  throw new Problem('password-weak', {
    what: 'This password is too weak.',
    why,
    next: `Take one of ${MIN_LENGTH} characters or more: several words that do not belong together, for one.`,
  });
}

function weakness(password: string, userName: string): string | undefined {
  const characters = [...password];
  if (characters.length < MIN_LENGTH) return `It has fewer than ${MIN_LENGTH} characters.`;
  if (characters.length > MAX_LENGTH) return `It has more than ${MAX_LENGTH} characters.`;
  if (userName.length >= 3 && password.toLowerCase().includes(userName.toLowerCase()))
    return "It holds the user's name.";
  if (new Set(characters).size < MIN_DISTINCT) return `It has fewer than ${MIN_DISTINCT} different characters.`;
  return undefined;
}
