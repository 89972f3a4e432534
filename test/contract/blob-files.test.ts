import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openFileBlobStore } from '../../src/local/blobs/file-blob-store.ts';
import { describeBlobStore } from './blob-store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'fwoa-blobs-'));
let folders = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeBlobStore('file', () => {
  const own = join(folder, String(folders++));
  return {
    blobs: openFileBlobStore(own),
    reopen: () => openFileBlobStore(own),
    damage({ id, version }) {
      const file = join(own, createHash('sha256').update(`${id}/${version}`).digest('hex').slice(0, 40));
      const bytes = readFileSync(file);
      const last = bytes.length - 1;
      bytes.writeUInt8(bytes.readUInt8(last) ^ 1, last);
      writeFileSync(file, bytes);
    },
  };
});
