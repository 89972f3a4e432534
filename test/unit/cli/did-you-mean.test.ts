import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../../src/cli/did-you-mean.ts';

describe('did you mean', () => {
  const roles = ['practitioner', 'non-practitioner', 'auditor'];

  it.each([
    ['practicioner', 'practitioner'],
    ['Auditor', 'auditor'],
    ['nonpractitioner', 'non-practitioner'],
    ['adt', undefined],
    ['wizard', undefined],
    ['', undefined],
  ])('%s: %s', (typed, meant) => expect(didYouMean(typed, roles)).toBe(meant));
});
