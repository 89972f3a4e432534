import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { BinarySupport } from '../api/binary/binary-support.ts';
import { createSignedUrls } from '../api/binary/signed-urls.ts';
import type { ResolvedConfig } from '../config/resolve-config.ts';
import { openFileBlobStore } from './blobs/file-blob-store.ts';

/** What Binaries need on a data folder: files for their contents, and URLs signed with a key of this start, so that those of before end with it. */
export function openLocalBinary(folder: string, baseUrl: string, config: ResolvedConfig['binary']): BinarySupport {
  const { urlLifetime: lifetime, restrictToAddress, inlineBytes, maxBytes } = config;
  const blobs = openFileBlobStore(join(folder, 'blobs'));
  const urls = createSignedUrls({ baseUrl, secret: randomBytes(32), lifetime, restrictToAddress, now: Date.now });
  return { blobs, urls, inlineBytes, maxBytes };
}
