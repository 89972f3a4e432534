import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { openEmbeddedStore } from '../../src/storage/embedded/open-embedded-store.ts';
import { describeStore } from './store-contract.ts';

const folder = mkdtempSync(join(tmpdir(), 'fwoa-contract-'));
let files = 0;

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describeStore('embedded', async (index, rules) => {
  const file = join(folder, `${files++}.db`);
  const openIt = () => openEmbeddedStore({ file, index, ...rules });
  const store = openIt();
  const reopen = async () => {
    await store.close();
    return openIt();
  };
  return { store, reopen };
});
