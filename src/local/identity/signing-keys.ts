import { createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto';
import type { Database, SqlRow } from '../../storage/embedded/sqlite.ts';
import { numberOf } from './users.ts';

export type SigningAlgorithm = 'ES256' | 'RS256';

/** A key that access tokens are or were signed with. Times are ms since the epoch. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningAlgorithm;
  readonly privateJwk: JsonWebKey;
  readonly createdAt: number;
  /** When another took its place. */
  readonly retiredAt: number | undefined;
}

/** The public half, as it stands in the JWKS (RFC 7517). */
export interface PublicJwk {
  readonly kty: string;
  readonly kid: string;
  readonly alg: string;
  readonly use: 'sig';
  /** Of ES256. */
  readonly crv?: string | undefined;
  readonly x?: string | undefined;
  readonly y?: string | undefined;
  /** Of RS256. */
  readonly n?: string | undefined;
  readonly e?: string | undefined;
}

/** The table of signing keys. */
export interface SigningKeys {
  /** Youngest first. */
  all(): readonly SigningKey[];
  /** Makes a key; those before it are retired. */
  rotate(algorithm: SigningAlgorithm, now: number): SigningKey;
  /** Removes those that were retired before a time. */
  prune(retiredBefore: number): void;
}

export function signingKeysIn(database: Database): SigningKeys {
  const all = database.prepare('SELECT * FROM signing_keys ORDER BY retired_at IS NULL DESC, created_at DESC');
  const insert = database.prepare(
    'INSERT INTO signing_keys (kid, algorithm, private_jwk, created_at) VALUES (?, ?, ?, ?)',
  );
  const retire = database.prepare('UPDATE signing_keys SET retired_at = ? WHERE retired_at IS NULL');
  const prune = database.prepare('DELETE FROM signing_keys WHERE retired_at < ?');
  return {
    all: () => all.all().map(keyOf),
    rotate(algorithm, now) {
      const key: SigningKey = {
        kid: randomUUID(),
        algorithm,
        privateJwk: newPrivateKey(algorithm),
        createdAt: now,
        retiredAt: undefined,
      };
      retire.run(now);
      insert.run(key.kid, algorithm, JSON.stringify(key.privateJwk), now);
      return key;
    },
    prune: (retiredBefore) => prune.run(retiredBefore),
  };
}

/** What others verify with; nothing of the private half. */
export function publicJwk({ kid, algorithm, privateJwk }: SigningKey): PublicJwk {
  const key = createPublicKey(createPrivateKey({ key: privateJwk, format: 'jwk' })).export({ format: 'jwk' });
  const { kty = '', crv, x, y, n, e } = key;
  const own = algorithm === 'ES256' ? { crv, x, y } : { n, e };
  return { kty, kid, alg: algorithm, use: 'sig', ...own };
}

/** About 0.1 ms for ES256; up to a second for RS256, once in 90 days. */
function newPrivateKey(algorithm: SigningAlgorithm): JsonWebKey {
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  return privateKey.export({ format: 'jwk' });
}

function keyOf(row: SqlRow): SigningKey {
  return {
    kid: String(row.kid),
    algorithm: row.algorithm === 'RS256' ? 'RS256' : 'ES256',
    privateJwk: JSON.parse(String(row.private_jwk)) as JsonWebKey,
    createdAt: Number(row.created_at),
    retiredAt: numberOf(row.retired_at),
  };
}
