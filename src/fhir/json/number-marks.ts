import { randomBytes } from 'node:crypto';

/**
 * What marks a string that stands for a number while native JSON code handles it. Random in every process, so that no document can hold it;
 * a character of the private use area first, so that few strings are looked at twice.
 */
export const NUMBER_MARK = `\uE000${randomBytes(12).toString('hex')}:`;
