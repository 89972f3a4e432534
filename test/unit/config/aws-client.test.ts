import { describe, expect, it } from 'vitest';
import { awsSettings, explainAwsError } from '../../../src/config/aws-client.ts';
import { isStageName, stackName } from '../../../src/config/stage.ts';

const error = (name: string, message = 'x', code?: string) => Object.assign(new Error(message), { name, code });

describe('where AWS is', () => {
  it.each([
    [{ region: 'eu-west-1' }, { AWS_REGION: 'us-east-1' }, 'eu-west-1'],
    [{}, { AWS_REGION: 'us-east-1', AWS_DEFAULT_REGION: 'us-west-1' }, 'us-east-1'],
    [{}, { AWS_REGION: '', AWS_DEFAULT_REGION: 'us-west-1' }, 'us-west-1'],
  ])('is %j, %j: %s', async (target, environment, region) => {
    expect(await awsSettings(target, environment)).toMatchObject({ region });
  });

  it('is behind a proxy where one is named', async () => {
    expect((await awsSettings({ region: 'x' }, {})).requestHandler).toBeUndefined();
    expect((await awsSettings({ region: 'x' }, { HTTPS_PROXY: 'http://proxy:1' })).requestHandler).toBeDefined();
  });
});

describe("AWS's errors", () => {
  it.each([
    [error('CredentialsProviderError', 'Could not load credentials from any providers'), 'no-credentials', /--profile/],
    [
      error('CredentialsProviderError', 'The SSO session has expired'),
      'credentials-expired',
      /aws sso login --profile me/,
    ],
    [error('ExpiredTokenException'), 'credentials-expired', /aws sso login/],
    [error('InvalidClientTokenId'), 'credentials-wrong', /profile/],
    [error('AccessDeniedException', 'User x is not authorized to perform y'), 'not-allowed', /permission/],
    [error('ThrottlingException'), 'throttled', /minute/],
    [error('Error', 'connect', 'ECONNREFUSED'), 'no-network', /HTTPS_PROXY/],
    [error('Error', 'self signed', 'SELF_SIGNED_CERT_IN_CHAIN'), 'certificate', /NODE_EXTRA_CA_CERTS/],
  ])('are told in plain words: %s', (cause, code, next) => {
    expect(explainAwsError(cause, { profile: 'me', region: 'eu-west-1' })).toMatchObject({
      code,
      cause,
      text: { next: expect.stringMatching(next) },
    });
  });

  it('are left as they are where nothing is known of them', () => {
    const cause = error('TypeError');
    expect(explainAwsError(cause)).toBe(cause);
    expect(explainAwsError('text')).toBe('text');
  });
});

describe("a stage's name", () => {
  it.each(['dev', 'prod-2', 'a', 'a1-b2-c3', 'a'.repeat(20)])('may be %s', (name) => {
    expect(isStageName(name)).toBe(true);
    // What a domain of OpenSearch may be called.
    expect(stackName(name)).toMatch(/^[a-z][a-z0-9-]{2,27}$/);
  });
  it.each(['', 'Prod', '2nd', 'a--b', 'a-', '-a', 'a_b', 'a'.repeat(21)])('may not be %j', (name) => {
    expect(isStageName(name)).toBe(false);
  });
});
