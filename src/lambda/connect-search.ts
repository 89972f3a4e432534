import { Client } from '@opensearch-project/opensearch';
import { AwsSigv4Signer } from '@opensearch-project/opensearch/aws-v3';
import type { DataEnvironment } from './environment.ts';

/** OpenSearch, each request signed where AWS runs it. Nothing is sent before it is used. */
export function connectSearch({ search, region, credentials }: DataEnvironment): Client {
  const { endpoint: node, signedFor: service } = search;
  if (service === undefined) return new Client({ node });
  const { sessionToken = '', ...keys } = credentials;
  const signer = AwsSigv4Signer({ region, service, getCredentials: async () => ({ ...keys, sessionToken }) });
  return new Client({ ...signer, node });
}
