import { randomBytes } from 'node:crypto';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BinarySupport } from '../api/binary/binary-support.ts';
import { createSignedUrls, type SignedUrls } from '../api/binary/signed-urls.ts';
import { systemCode } from '../config/problem.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import { openFileBlobStore } from './blobs/file-blob-store.ts';

/** What Binaries need on a data folder, whose URLs lead to the server itself. */
export interface LocalBinary extends BinarySupport {
  readonly urls: SignedUrls;
}

const KEY_FILE = 'blob-url.key';
const KEY_BYTES = 32;

/** Files for the contents of Binaries, and URLs signed with a key that the data folder keeps: they outlive a restart. */
export function openLocalBinary(folder: string, baseUrl: string, config: ResolvedConfig['binary']): LocalBinary {
  const { urlLifetime: lifetime, restrictToAddress, inlineBytes, maxBytes } = config;
  const blobs = openFileBlobStore(join(folder, 'blobs'));
  const secret = readKey(folder) ?? makeKey(folder);
  const urls = createSignedUrls({ baseUrl, secret, lifetime, restrictToAddress, now: Date.now });
  return { blobs, urls, inlineBytes, maxBytes };
}

/** Undefined when there is none, or something else: URLs of before end then, which is all that is lost. */
function readKey(folder: string): Uint8Array | undefined {
  try {
    const key = Buffer.from(readFileSync(join(folder, KEY_FILE), 'utf8').trim(), 'base64url');
    return key.length === KEY_BYTES ? key : undefined;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/** Whole or not at all, for the owner alone. */
function makeKey(folder: string): Uint8Array {
  const key = randomBytes(KEY_BYTES);
  const draft = join(folder, `${KEY_FILE}.${process.pid}`);
  writeFileSync(draft, `${key.toString('base64url')}\n`, { mode: 0o600 });
  renameSync(draft, join(folder, KEY_FILE));
  return key;
}
