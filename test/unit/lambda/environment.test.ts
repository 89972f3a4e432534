import { describe, expect, it } from 'vitest';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { EnvironmentError, readApiEnvironment } from '../../../src/lambda/environment.ts';

const WHOLE = {
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'AKIA',
  AWS_SECRET_ACCESS_KEY: 'sssh',
  FWOA_FHIR_VERSION: '4.0.1',
  FWOA_BASE_URL: 'https://api.example.org/prod/',
  FWOA_TABLE: 'fhir',
  FWOA_SEARCH_ENDPOINT: 'https://search.example.org',
  FWOA_SEARCH_PREFIX: 'fhir',
  FWOA_BUCKET: 'bodies',
  FWOA_USER_ISSUER: 'https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_A',
  FWOA_USER_CLIENT_IDS: 'one, two',
  FWOA_CONFIG: JSON.stringify(resolveConfig({ auth: {} })),
};

describe('the environment of the api function', () => {
  it('says where everything is', () => {
    const { baseUrl, tenant, search, users, credentials, config } = readApiEnvironment(WHOLE);
    expect({ baseUrl, tenant, search, users }).toEqual({
      baseUrl: 'https://api.example.org/prod',
      tenant: '-',
      search: { endpoint: 'https://search.example.org', prefix: 'fhir', signedFor: 'es' },
      users: { issuer: WHOLE.FWOA_USER_ISSUER, clientIds: ['one', 'two'], jwksUri: undefined },
    });
    expect(credentials.sessionToken).toBeUndefined();
    expect(config.audit.onFailure).toBe('refuse');
  });

  it.each(Object.keys(WHOLE))('needs %s, and names it', (name) => {
    for (const value of [undefined, '']) {
      const read = () => readApiEnvironment({ ...WHOLE, [name]: value });
      expect(read).toThrow(EnvironmentError);
      expect(read).toThrow(name);
    }
  });

  it.each([
    ['FWOA_FHIR_VERSION', '5.0.0'],
    ['FWOA_BASE_URL', 'api.example.org'],
    ['FWOA_SEARCH_ENDPOINT', 'ftp://search'],
    ['FWOA_TABLE_ENDPOINT', 'nowhere'],
    ['FWOA_SEARCH_SIGNED_FOR', 'ec2'],
    ['FWOA_USER_CLIENT_IDS', ' , '],
    ['FWOA_CONFIG', '{"roles": secret}'],
    ['FWOA_CONFIG', '[]'],
    ['FWOA_CONFIG', '{"roles":{}}'],
    ['FWOA_CONFIG', '{"roles":[],"auth":{},"audit":{},"binary":{}}'],
  ])('refuses %s=%s without telling it', (name, value) => {
    let message = '';
    try {
      readApiEnvironment({ ...WHOLE, [name]: value });
    } catch (error) {
      message = error instanceof EnvironmentError ? error.message : '';
    }
    expect(message).toContain(name);
    expect(message).not.toContain(value);
  });
});
