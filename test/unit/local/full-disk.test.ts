import { describe, expect, it } from 'vitest';
import { tellingFullDisk } from '../../../src/local/full-disk.ts';
import { openEmbeddedStore } from '../../../src/storage/embedded/open-embedded-store.ts';

function failing(error: Error) {
  const store = openEmbeddedStore({ file: ':memory:', index: () => [] });
  return tellingFullDisk({ ...store, commit: () => Promise.reject(error) });
}

describe('a commit', () => {
  it('is answered with 507 when the disk is full', async () => {
    const commit = failing(new Error('database or disk is full')).commit([]);
    await expect(commit).rejects.toMatchObject({ name: 'FhirError', status: 507 });
  });

  it('fails as it does for any other reason', async () => {
    await expect(failing(new Error('disk I/O error')).commit([])).rejects.toThrow('disk I/O error');
  });
});
