import { describe, expect, it } from 'vitest';
import { targetFlags, withAdmin } from '../../../src/cli/admin-target.ts';
import { fakeAdmin, LOCAL } from './fake-admin.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}

describe('what an admin command works on', () => {
  it('is the data folder of the working directory', async () => {
    const admin = fakeAdmin();
    await withAdmin(LOCAL, { cwd: '/home/me', env: {} }, admin.open, async () => {});
    expect(admin.opened).toEqual(['/home/me/.fwoa']);
  });

  it.each(['EACCES', 'EPERM', 'ENOTDIR'])('is told to be unusable at %s', async (code) => {
    const open = () => Promise.reject(systemError(code));
    await expect(withAdmin(LOCAL, { cwd: '/', env: {} }, open, async () => {})).rejects.toMatchObject({
      code: 'data-folder-unusable',
      text: { what: 'The data folder .fwoa cannot be used.' },
    });
  });

  it('leaves other errors as they are, and is closed', async () => {
    const admin = fakeAdmin();
    const error = systemError('EIO');
    const work = () => Promise.reject(error);
    await expect(withAdmin(LOCAL, { cwd: '/', env: {} }, admin.open, work)).rejects.toBe(error);
    expect(admin.closed()).toBe(1);
  });

  it.each([
    { target: LOCAL, flags: ' --local' },
    { target: { ...LOCAL, data: './other' }, flags: ' --data ./other' },
    { target: { ...LOCAL, data: 'my data' }, flags: " --data 'my data'" },
    { target: { ...LOCAL, local: false }, flags: '' },
    { target: { ...LOCAL, local: false, stage: 'prod', profile: 'my own' }, flags: " --stage prod --profile 'my own'" },
  ])('is named in a proposed command by "$flags"', ({ target, flags }) => expect(targetFlags(target)).toBe(flags));
});
