import type { AwsSettings } from '../config/aws-client.ts';
import { stackName } from '../config/stage.ts';

/** Removes the API keys and usage plans of a stage's client systems: they were made beside the stack, and hold its API. @returns how many keys there were */
export async function removeClientKeys(stage: string, settings: AwsSettings): Promise<number> {
  const gateway = await import('@aws-sdk/client-api-gateway');
  const client = new gateway.APIGatewayClient(settings);
  const prefix = `${stackName(stage)}/`;
  const ignoreGone = (error: unknown) => {
    if (!(error instanceof gateway.NotFoundException)) throw error;
  };
  try {
    for await (const { items = [] } of gateway.paginateGetUsagePlans({ client, pageSize: 500 }, {})) {
      for (const { id: usagePlanId, name, apiStages = [] } of items) {
        if (!name?.startsWith(prefix)) continue;
        for (const { apiId, stage: of } of apiStages) {
          const patchOperations = [{ op: 'remove' as const, path: '/apiStages', value: `${apiId}:${of}` }];
          await client.send(new gateway.UpdateUsagePlanCommand({ usagePlanId, patchOperations })).catch(ignoreGone);
        }
        await client.send(new gateway.DeleteUsagePlanCommand({ usagePlanId })).catch(ignoreGone);
      }
    }
    let removed = 0;
    for await (const { items = [] } of gateway.paginateGetApiKeys({ client, pageSize: 500 }, { nameQuery: prefix })) {
      for (const { id: apiKey, name } of items) {
        if (!name?.startsWith(prefix)) continue;
        await client.send(new gateway.DeleteApiKeyCommand({ apiKey })).catch(ignoreGone);
        removed++;
      }
    }
    return removed;
  } finally {
    client.destroy();
  }
}
