import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { InvalidCursorError } from '../store.ts';
import type { Database } from './sqlite.ts';

const CIPHER = 'aes-128-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Numbers as cursors that tell nothing: a place in the order of all writes would say how many of them there were. */
export interface SealedCursors {
  seal(value: number): string;
  /** @throws InvalidCursorError when it is not one of ours */
  open(cursor: string): number;
}

/** Cursors sealed with a key of the database's own, so that they outlive the process. */
export function sealedCursors(database: Database): SealedCursors {
  database.prepare("INSERT OR IGNORE INTO setting VALUES ('cursor-key', ?)").run(randomBytes(16));
  const key = database.prepare("SELECT value FROM setting WHERE name = 'cursor-key'").get()?.value;
  if (!(key instanceof Uint8Array)) throw new Error('The key of cursors is missing.');
  return {
    seal(value) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv(CIPHER, key, iv);
      const sealed = Buffer.concat([iv, cipher.update(String(value)), cipher.final(), cipher.getAuthTag()]);
      return sealed.toString('base64url');
    },
    open(cursor) {
      try {
        const bytes = Buffer.from(cursor, 'base64url');
        const decipher = createDecipheriv(CIPHER, key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES });
        decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
        const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'latin1');
        return Number(text + decipher.final('latin1'));
      } catch (cause) {
        throw new InvalidCursorError('The cursor can not be read.', { cause });
      }
    },
  };
}
