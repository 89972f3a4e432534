import { createHmac, timingSafeEqual } from 'node:crypto';
import type { BlobKey } from '../../storage/blob-store.ts';

export type Transfer = 'put' | 'get';

/** What a signed URL allows, once, or as often as one likes until it expires. */
export interface Grant extends BlobKey {
  readonly transfer: Transfer;
  /** Of the content; a put must send it. */
  readonly contentType: string;
  /** Bytes; a put must send just so many. Absent: it was not said beforehand. */
  readonly length?: number | undefined;
  /** SHA-256, hexadecimal, of what a put must send. Absent: it was not said beforehand. */
  readonly sha256?: string | undefined;
}

/** A URL, and what has to be sent with it. */
export interface SignedUrl {
  readonly url: string;
  /** Headers that a put must send as they are, by lower-case name, beside the content's type and length. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** The port for making URLs by which content comes and goes past FHIR: to this server ({@link SignedUrls}), or to where it is kept. */
export interface UrlSigner {
  /** @param address of the caller to whom it is given */
  sign(grant: Grant, address: string | undefined): string | SignedUrl | Promise<string | SignedUrl>;
  /** URLs hold for an address alone: who has none gets none. Default: false. */
  readonly needsAddress?: boolean | undefined;
  /** The length must have been said beforehand, or else the largest can't be held to. Default: false. */
  readonly needsLength?: boolean | undefined;
}

export interface SignedUrlOptions {
  /** Below which the URLs lie: `[base]/blobs`. */
  readonly baseUrl: string;
  /** Known to the server alone. */
  readonly secret: Uint8Array;
  /** How long a URL holds, ms. */
  readonly lifetime: number;
  /** It holds for the address that it was given to alone. */
  readonly restrictToAddress: boolean;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** Makes and checks URLs that carry their own permission: for so long, so much, and nothing else. */
export interface SignedUrls extends UrlSigner {
  sign(grant: Grant, address: string | undefined): string;
  /** What a URL allows; undefined when it is not one of ours, was changed, has expired, or is used by another. */
  verify(path: string, parameters: URLSearchParams, address: string | undefined): Grant | undefined;
  readonly lifetime: number;
}

/** Path segments: what it is for, id, version. */
const PATH = /^\/blobs\/(put|get)\/([A-Za-z0-9\-.]{1,64})\/([1-9]\d{0,14})$/;

export function createSignedUrls(options: SignedUrlOptions): SignedUrls {
  const { baseUrl, secret, lifetime, restrictToAddress, now } = options;

  /** All that must be as it was: each part in its own quotation marks, so that no two grants have one text. */
  function signature(grant: Grant, expires: number, address?: string): string {
    const { transfer, id, version, contentType, length = null, sha256 = null } = grant;
    const bound = restrictToAddress ? (address ?? null) : null;
    const text = JSON.stringify([transfer, id, version, contentType, expires, bound, length, sha256]);
    return createHmac('sha256', secret).update(text).digest('base64url');
  }

  return {
    lifetime,
    needsAddress: restrictToAddress,
    sign(grant, address) {
      const expires = now() + lifetime;
      const { length, sha256 } = grant;
      const query = new URLSearchParams({
        type: grant.contentType,
        ...(length === undefined ? {} : { length: String(length) }),
        ...(sha256 === undefined ? {} : { sha256 }),
        expires: String(expires),
        signature: signature(grant, expires, address),
      });
      return `${baseUrl}/blobs/${grant.transfer}/${grant.id}/${grant.version}?${query}`;
    },
    verify(path, parameters, address) {
      const [, transfer, id = '', version] = PATH.exec(path) ?? [];
      if (transfer !== 'put' && transfer !== 'get') return undefined;
      const length = parameters.get('length');
      const grant: Grant = {
        transfer,
        id,
        version: Number(version),
        contentType: parameters.get('type') ?? '',
        length: length === null ? undefined : Number(length),
        sha256: parameters.get('sha256') ?? undefined,
      };
      const expires = Number(parameters.get('expires') ?? Number.NaN);
      // As texts: of the same bytes base64 has several.
      const given = Buffer.from(parameters.get('signature') ?? '');
      const right = Buffer.from(signature(grant, expires, address));
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      return expires > now() ? grant : undefined;
    },
  };
}
