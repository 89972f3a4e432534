import { describe, expect, it } from 'vitest';
import { keysOf } from '../../../../../src/storage/aws/table/keys.ts';
import { prepareChange } from '../../../../../src/storage/aws/table/prepare-change.ts';
import type { TableContext } from '../../../../../src/storage/aws/table/table-context.ts';
import { decodeVersion, versionItem } from '../../../../../src/storage/aws/table/version-item.ts';
import { changeTo, deletion, START } from '../../../../contract/mirrored-store.ts';

const keys = keysOf('-');
const context = { keys } as TableContext;

describe('the item of a version', () => {
  it.each([0, 1, 100, 1000, 40_000, 300_000])('holds a body with %i characters of text', async (length) => {
    const change = changeTo({ type: 'Patient', id: 'a', note: 'x'.repeat(length) }, 3, START);
    const item = versionItem(await prepareChange(context, change));
    const version = await decodeVersion(JSON.parse(JSON.stringify(item)), keys);
    expect(version).toEqual({
      type: 'Patient',
      id: 'a',
      version: 4,
      lastUpdated: START,
      method: 'PUT',
      body: change.content?.body,
    });
  });

  it('of a deletion has no body', async () => {
    const item = versionItem(await prepareChange(context, deletion('Patient', 'a', 1, START)));
    expect(await decodeVersion(item, keys)).toMatchObject({ version: 2, method: 'DELETE', body: undefined });
  });

  it('tells PATCH from PUT', async () => {
    const change = { ...changeTo({ type: 'Patient', id: 'a' }, 3, START), method: 'PATCH' } as const;
    const item = versionItem(await prepareChange(context, change));
    expect((await decodeVersion(item, keys)).method).toBe('PATCH');
  });

  it('is not one of the small records', async () => {
    await expect(decodeVersion({ pk: { S: '-#types' }, v: { N: '0' } }, keys)).rejects.toThrow('not a version');
  });
});
