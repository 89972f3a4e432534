import { describe, expect, it } from 'vitest';
import { blobNames } from '../../../../../src/storage/aws/s3/blob-names.ts';

const names = blobNames('tenant/');

describe('the name of a content', () => {
  it.each([
    ['a', 1, 'tenant/binary/a/1'],
    ['A.b-9', 12, 'tenant/binary/A.b-9/12'],
    ['.a', 1, 'tenant/binary/.a/1'],
    ['.', 1, 'tenant/binary/_./1'],
    ['..', 1, 'tenant/binary/_../1'],
    ['...', 1, 'tenant/binary/_.../1'],
  ])('of %s, version %i is %s, and is read as that', (id, version, name) => {
    expect(names.of({ id, version })).toBe(name);
    expect(names.parse(name)).toEqual({ id, version });
  });

  it.each(['tenant/staged/a/1', 'other/binary/a/1', 'tenant/binary/a', 'tenant/binary/a/0', 'tenant/binary/a/1/2', ''])(
    'is not %j',
    (name) => expect(names.parse(name)).toBeUndefined(),
  );
});
