import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, type JsonWebKey, sign } from 'node:crypto';
import { join } from 'node:path';
import { openDatabase } from '../../src/storage/embedded/sqlite.ts';

export type Json = Readonly<Record<string, unknown>>;

/** The parts of a token. */
export interface Parts {
  readonly header: Json;
  readonly claims: Json;
  readonly signature: string;
}

export function partsOf(token: string): Parts {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Json;
  return { header: read(header), claims: read(claims), signature };
}

export function joined({ header, claims, signature }: Parts): string {
  return `${unsigned(header, claims)}.${signature}`;
}

function unsigned(header: Json, claims: Json): string {
  return [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
}

/** A token that is signed with a private key, whatever it says. */
export function signedWith(key: JsonWebKey, header: Json, claims: Json): string {
  const content = unsigned(header, claims);
  const privateKey = createPrivateKey({ key, format: 'jwk' });
  const signature = sign('sha256', Buffer.from(content), { key: privateKey, dsaEncoding: 'ieee-p1363' });
  return `${content}.${signature.toString('base64url')}`;
}

/** A token that is signed with a shared secret: what is public of a key, for a verifier that takes the algorithm from the token. */
export function hmacSigned(secret: string | Buffer, header: Json, claims: Json): string {
  const content = unsigned({ ...header, alg: 'HS256' }, claims);
  return `${content}.${createHmac('sha256', secret).update(content).digest('base64url')}`;
}

/** The key that the server signs with, out of its database: to make tokens that are wrong in nothing but one claim. */
export function stolenKey(folder: string): JsonWebKey {
  const database = openDatabase(join(folder, '.fwoa/identity.db'));
  try {
    const row = database.prepare('SELECT private_jwk FROM signing_keys WHERE retired_at IS NULL').get();
    return JSON.parse(String(row?.private_jwk)) as JsonWebKey;
  } finally {
    database.close();
  }
}

/** A key that no one knows. */
export function otherKey(): JsonWebKey {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' });
}

/** The public half in the forms in which it may be taken for a secret. */
export function publicForms(key: JsonWebKey): { readonly pem: string; readonly der: Buffer; readonly jwk: string } {
  const publicKey = createPublicKey(createPrivateKey({ key, format: 'jwk' }));
  return {
    pem: publicKey.export({ format: 'pem', type: 'spki' }).toString(),
    der: publicKey.export({ format: 'der', type: 'spki' }),
    jwk: JSON.stringify(publicKey.export({ format: 'jwk' })),
  };
}
