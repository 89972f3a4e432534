import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';

/** How costly guessing is (RFC 7914). */
export interface ScryptCost {
  /** N is 2 to the power of this. */
  readonly logN: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MB and about 0.25 s: one of the settings that OWASP's Password Storage Cheat Sheet has as equally strong. */
export const DEFAULT_COST: ScryptCost = { logN: 15, r: 8, p: 3 };

const STORED = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([\w-]+)\$([\w-]+)$/;
const HASH_BYTES = 32;

/** A password as it is stored: salted, hashed, with the parameters of the hash. */
export async function hashPassword(password: string, cost: ScryptCost): Promise<string> {
  const salt = randomBytes(16);
  return stored(cost, salt, await derive(password, salt, cost));
}

/** Of no password at all: to spend the same time on users that do not exist. */
export function unmatchable(cost: ScryptCost): string {
  return stored(cost, randomBytes(16), randomBytes(HASH_BYTES));
}

export async function verifyPassword(password: string, hashed: string): Promise<boolean> {
  const [, ln, r, p, salt = '', hash = ''] = STORED.exec(hashed) ?? [];
  if (ln === undefined) throw new Error('A stored password cannot be read.');
  const cost: ScryptCost = { logN: Number(ln), r: Number(r), p: Number(p) };
  const found = await derive(password, Buffer.from(salt, 'base64url'), cost);
  const expected = Buffer.from(hash, 'base64url');
  return found.length === expected.length && timingSafeEqual(found, expected);
}

/** True of a hash made with other parameters than those of today. */
export function isOutdated(hashed: string, cost: ScryptCost): boolean {
  return !hashed.startsWith(prefix(cost));
}

function stored(cost: ScryptCost, salt: Buffer, hash: Buffer): string {
  return `${prefix(cost)}${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

function prefix({ logN, r, p }: ScryptCost): string {
  return `$scrypt$ln=${logN},r=${r},p=${p}$`;
}

/** In Node's thread pool. */
function derive(password: string, salt: Buffer, { logN, r, p }: ScryptCost): Promise<Buffer> {
  const N = 2 ** logN;
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p) + 2 ** 20 };
  // One character may be typed in several ways: they are made one (NIST SP 800-63B, section 5.1.1.2).
  const normal = password.normalize('NFKC');
  return new Promise((resolve, reject) => {
    scrypt(normal, salt, HASH_BYTES, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
