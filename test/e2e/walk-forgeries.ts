import type { JsonWebKey } from 'node:crypto';
import { hmacSigned, type Json, joined, otherKey, type Parts, publicForms, signedWith } from './walk-forger.ts';

/** A token that is accepted, taken apart, and the key that the server signs with. */
export interface Given {
  readonly parts: Parts;
  readonly key: JsonWebKey;
}

/** The token with other claims, signed by the server's own key: nothing is wrong but the claims. */
export function stating({ parts, key }: Given, claims: Json, header: Json = {}): string {
  return signedWith(key, { ...parts.header, ...header }, { ...parts.claims, ...claims });
}

/** Tokens that are to be refused, each for one thing. */
export const FORGERIES: readonly (readonly [name: string, forge: (given: Given) => string])[] = [
  ['with another signature', (given) => joined({ ...given.parts, signature: flipped(given.parts.signature) })],
  ['without its signature', (given) => joined({ ...given.parts, signature: '' })],
  [
    'with a signature of zeros',
    (given) => joined({ ...given.parts, signature: Buffer.alloc(64).toString('base64url') }),
  ],
  [
    'with another role',
    (given) => joined({ ...given.parts, claims: { ...given.parts.claims, 'cognito:groups': ['auditor'] } }),
  ],
  ['with another user', (given) => joined({ ...given.parts, claims: { ...given.parts.claims, sub: 'someone' } })],
  [
    'with a later expiry',
    (given) => joined({ ...given.parts, claims: { ...given.parts.claims, exp: seconds() + 1e6 } }),
  ],
  ...['none', 'None', 'NONE', 'nOnE', ''].flatMap((alg): [string, (given: Given) => string][] => [
    [
      `of alg "${alg}" without a signature`,
      (given) => joined({ ...given.parts, header: { ...given.parts.header, alg }, signature: '' }),
    ],
    [`of alg "${alg}" with a signature`, (given) => joined({ ...given.parts, header: { ...given.parts.header, alg } })],
  ]),
  ['without an alg', (given) => joined({ ...given.parts, header: { kid: given.parts.header.kid } })],
  ...(['pem', 'der', 'jwk'] as const).map((form): [string, (given: Given) => string] => [
    `of HS256 with the public key (${form}) as its secret`,
    (given) => hmacSigned(publicForms(given.key)[form], given.parts.header, given.parts.claims),
  ]),
  ['of HS256 with no secret', (given) => hmacSigned('', given.parts.header, given.parts.claims)],
  ['of RS256 by name', (given) => stating(given, {}, { alg: 'RS256' })],
  ['signed with another key', (given) => signedWith(otherKey(), given.parts.header, given.parts.claims)],
  ['signed with a key of its own header', (given) => ownKey(given, 'jwk')],
  ['signed with a key that its header leads to', (given) => ownKey(given, 'jku')],
  ['of a key that is not there', (given) => stating(given, {}, { kid: 'other' })],
  ['of a key in a file', (given) => stating(given, {}, { kid: '../../../../dev/null' })],
  ['of a key by SQL', (given) => stating(given, {}, { kid: "x' OR '1'='1" })],
  ['of no key', (given) => signedWith(given.key, { alg: 'ES256' }, given.parts.claims)],
  ['with critical parameters', (given) => stating(given, {}, { crit: ['exp'] })],
  ['of another issuer', (given) => stating(given, { iss: 'https://attacker.example' })],
  ["of the issuer's name with a slash", (given) => stating(given, { iss: `${given.parts.claims.iss}/` })],
  ['of several issuers', (given) => stating(given, { iss: [given.parts.claims.iss] })],
  ['of no issuer', (given) => stealing(given, without(given, 'iss'))],
  ['of another application', (given) => stating(given, { client_id: 'another' })],
  ['of no application', (given) => stealing(given, without(given, 'client_id'))],
  ['for another audience and no application', (given) => stating(given, { aud: 'another', client_id: undefined })],
  ['that is an ID token', (given) => stating(given, { token_use: 'id', aud: given.parts.claims.client_id })],
  [
    'that is an ID token as Cognito has it',
    (given) => stealing(given, { ...without(given, 'client_id'), token_use: 'id', aud: 'fwoa-local' }),
  ],
  ['that does not say what it is for', (given) => stealing(given, without(given, 'token_use'))],
  ['that has expired', (given) => stating(given, { exp: seconds() - 1 })],
  ['without an expiry', (given) => stealing(given, without(given, 'exp'))],
  ['with an expiry that is no number', (given) => stating(given, { exp: 'never' })],
  ['that is not valid yet', (given) => stating(given, { nbf: seconds() + 3600 })],
  ['without when it was made', (given) => stealing(given, without(given, 'iat'))],
  ['of no user', (given) => stealing(given, without(given, 'sub'))],
  ['of an unknown user', (given) => stating(given, { sub: '00000000-0000-0000-0000-000000000000' })],
  ['of an object as its user', (given) => stating(given, { sub: { toString: 'ada' } })],
  ['of __proto__', (given) => stating(given, { sub: '__proto__' })],
  ['of no session', (given) => stealing(given, without(given, 'origin_jti'))],
  ['with a dot too many', (given) => `${joined(given.parts).slice(0, 40)}.${joined(given.parts).slice(40)}`],
  ['of one part', () => 'e30'],
  ['of five parts', (given) => `${joined(given.parts)}.e30.e30`],
  ['that is no JSON', () => `${'e'.repeat(40)}.${'e'.repeat(40)}.${'e'.repeat(40)}`],
  ['of null', () => ['null', 'null', ''].map((part) => Buffer.from(part).toString('base64url')).join('.')],
];

function stealing({ parts, key }: Given, claims: Json): string {
  return signedWith(key, parts.header, claims);
}

function without({ parts }: Given, ...names: readonly string[]): Json {
  return Object.fromEntries(Object.entries(parts.claims).filter(([name]) => !names.includes(name)));
}

/** s since the epoch. */
function seconds(): number {
  return Math.floor(Date.now() / 1000);
}

/** The same with one bit of its middle changed. */
function flipped(signature: string): string {
  const bytes = Buffer.from(signature, 'base64url');
  bytes[32] = (bytes[32] ?? 0) ^ 1;
  return bytes.toString('base64url');
}

/** Signed with a key of the attacker's, which the token brings along or names the place of. */
function ownKey({ parts }: Given, how: 'jwk' | 'jku'): string {
  const own = otherKey();
  const { kty, crv, x, y } = own;
  const header = how === 'jwk' ? { jwk: { kty, crv, x, y } } : { jku: 'https://attacker.example/jwks.json' };
  return signedWith(own, { ...parts.header, ...header }, parts.claims);
}
