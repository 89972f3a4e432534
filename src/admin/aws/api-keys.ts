import {
  APIGatewayClient,
  type ApiKey,
  ConflictException,
  CreateApiKeyCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanCommand,
  DeleteUsagePlanKeyCommand,
  GetUsageCommand,
  NotFoundException,
  paginateGetApiKeys,
  paginateGetUsagePlans,
  UpdateUsagePlanCommand,
  type UsagePlan,
} from '@aws-sdk/client-api-gateway';
import type { ClientInfo, IdentityAdmin, Quota, RateLimit } from '../../auth/identity-admin.ts';
import type { AwsSettings } from '../../config/aws-client.ts';
import { Problem } from '../../config/problem.ts';
import { STAGE_TAG, type StageOutputs, stackName } from '../../config/stage.ts';
import type { AccessTable } from './access-table.ts';

type Clients = Pick<IdentityAdmin, 'addClient' | 'clients' | 'removeClient'> & { readonly close: () => void };

const NAME = /^[A-Za-z0-9][\w.@-]{0,63}$/;

/**
 * Client systems: API keys of the gateway, in its default usage plan or, with limits of their own, in one of their own. A key is tagged with its stage; one
 * that an interrupted command left without its plan or record is completed by the next, or removed.
 */
export function openApiKeys(stage: string, outputs: StageOutputs, settings: AwsSettings, access: AccessTable): Clients {
  const client = new APIGatewayClient(settings);
  const prefix = `${stackName(stage)}/`;
  const planName = (name: string) => `${prefix}${name}`;

  async function keys(): Promise<readonly ApiKey[]> {
    const found: ApiKey[] = [];
    for await (const { items = [] } of paginateGetApiKeys({ client, pageSize: 500 }, { nameQuery: prefix }))
      found.push(...items);
    return found.filter(({ name, tags }) => name?.startsWith(prefix) && (tags?.[STAGE_TAG] ?? stage) === stage);
  }

  async function plans(): Promise<readonly UsagePlan[]> {
    const found: UsagePlan[] = [];
    for await (const { items = [] } of paginateGetUsagePlans({ client, pageSize: 500 }, {})) found.push(...items);
    return found;
  }

  async function ownPlan(name: string, rate: RateLimit, quota: Quota | undefined): Promise<string> {
    const { id } = await client.send(
      new CreateUsagePlanCommand({
        name: planName(name),
        apiStages: [{ apiId: outputs.RestApiId, stage: outputs.ApiStage }],
        throttle: { rateLimit: rate.perSecond, burstLimit: Math.ceil(rate.burst) },
        ...(quota && { quota: { limit: quota.requests, period: quota.per === 'day' ? 'DAY' : 'MONTH' } }),
        tags: { [STAGE_TAG]: stage },
      }),
    );
    return id ?? '';
  }

  async function remove(key: ApiKey): Promise<void> {
    const { id = '', name = '' } = key;
    await access.expel(id);
    const own = (await plans()).find((plan) => plan.name === name);
    await ignoring(NotFoundException, () =>
      client.send(new DeleteUsagePlanKeyCommand({ usagePlanId: own?.id ?? outputs.UsagePlanId, keyId: id })),
    );
    if (own?.id !== undefined) await removePlan(own.id);
    await ignoring(NotFoundException, () => client.send(new DeleteApiKeyCommand({ apiKey: id })));
  }

  async function removePlan(usagePlanId: string): Promise<void> {
    // A plan with a stage can't go.
    const stages = { op: 'remove', path: '/apiStages', value: `${outputs.RestApiId}:${outputs.ApiStage}` } as const;
    await ignoring(Error, () => client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations: [stages] })));
    await ignoring(NotFoundException, () => client.send(new DeleteUsagePlanCommand({ usagePlanId })));
  }

  async function usedBy(keyId: string, usagePlanId: string, per: Quota['per']): Promise<number> {
    const now = new Date();
    const today = now.toISOString().slice(0, 10);
    const startDate = per === 'day' ? today : `${today.slice(0, 8)}01`;
    const { items = {} } = await client.send(new GetUsageCommand({ usagePlanId, keyId, startDate, endDate: today }));
    return (items[keyId] ?? []).reduce((sum, [used = 0]) => sum + used, 0);
  }

  async function infoOf(key: ApiKey, all: readonly UsagePlan[]): Promise<ClientInfo> {
    const { id = '', name = '', createdDate } = key;
    const plan = all.find((each) => each.name === name) ?? all.find((each) => each.id === outputs.UsagePlanId);
    const { throttle, quota } = plan ?? {};
    const per = quota?.period === 'DAY' ? 'day' : 'month';
    const rate = { perSecond: throttle?.rateLimit ?? 0, burst: throttle?.burstLimit ?? 0 };
    return {
      id,
      name: name.slice(prefix.length),
      createdAt: createdDate?.getTime() ?? 0,
      rate,
      quota:
        quota?.limit === undefined
          ? undefined
          : { requests: quota.limit, per, used: await usedBy(id, plan?.id ?? '', per).catch(() => 0) },
    };
  }

  return {
    async addClient({ name, rate, quota }) {
      if (!NAME.test(name)) {
        const next = 'It has letters, digits, ".", "_", "@" and "-", 64 at most, a letter or digit first.';
        throw new Problem(
          'client-name-invalid',
          { what: `${name} can't be the name of a client system.`, next },
          { kind: 'usage' },
        );
      }
      const all = await plans();
      for (const key of await keys()) {
        if (key.name?.toLowerCase() !== planName(name).toLowerCase()) continue;
        // The record is written last: without it the key was never told to anyone.
        if (await access.has(key.id ?? ''))
          throw new Problem('client-exists', { what: `There is a client system ${name} already.` });
        await remove(key);
      }
      const key = await client.send(
        new CreateApiKeyCommand({ name: planName(name), enabled: true, tags: { [STAGE_TAG]: stage } }),
      );
      const { id = '', value = '' } = key;
      const standard = all.find((plan) => plan.id === outputs.UsagePlanId);
      const wanted = rate ?? rateOf(standard);
      const usagePlanId =
        rate === undefined && quota === undefined ? outputs.UsagePlanId : await ownPlan(name, wanted, quota);
      await ignoring(ConflictException, () =>
        client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId: id, keyType: 'API_KEY' })),
      );
      await access.admit({ id, name, apiKey: value });
      return { client: await infoOf(key, await plans()), apiKey: value };
    },
    async clients() {
      const all = await plans();
      const infos: ClientInfo[] = [];
      for (const key of await keys()) infos.push(await infoOf(key, all));
      return infos.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async removeClient(nameOrId) {
      const found = (await keys()).find(({ id, name }) => id === nameOrId || name === planName(nameOrId));
      if (found === undefined) {
        const next = `Those that there are: fwoa clients --stage ${stage}`;
        throw new Problem('client-unknown', { what: `There is no client system ${nameOrId}.`, next });
      }
      await remove(found);
    },
    close: () => client.destroy(),
  };
}

function rateOf(plan: UsagePlan | undefined): RateLimit {
  return { perSecond: plan?.throttle?.rateLimit ?? 50, burst: plan?.throttle?.burstLimit ?? 100 };
}

/** Does something that may be done already. */
async function ignoring(kind: abstract new (...args: never[]) => Error, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof kind)) throw error;
  }
}
