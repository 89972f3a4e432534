import { randomInt } from 'node:crypto';

/** Without those that are mistaken for each other: 0 O, 1 l I. */
const CHARACTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789';
const GROUPS = 5;
const GROUP_LENGTH = 4;

/** A random password that can be read out: `Kx7m-QwRp-2tyH-…`, 20 characters of 57, 116 bits. Has capitals, small letters, digits and signs. */
export function generatePassword(): string {
  const group = (): string =>
    Array.from({ length: GROUP_LENGTH }, () => CHARACTERS.charAt(randomInt(CHARACTERS.length))).join('');
  for (;;) {
    const password = Array.from({ length: GROUPS }, group).join('-');
    if ([/[A-Z]/, /[a-z]/, /\d/].every((kind) => kind.test(password))) return password;
  }
}
