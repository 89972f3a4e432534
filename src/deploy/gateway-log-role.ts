import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsSettings } from '../config/aws-client.ts';

/** Of all stages in an account: API Gateway has one such role for each region. */
export const GATEWAY_LOG_ROLE = 'fwoa-gateway-logs';

const POLICY = 'arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs';

const TRUST = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'apigateway.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** How long IAM may take until a new role can be used: tries, a second apart. */
const TRIES = 30;

/** Gives API Gateway a role to write logs by, unless it has one. It is no part of a stack: the next stage needs it too. @returns whether it was given */
export async function ensureGatewayLogRole(settings: AwsSettings): Promise<boolean> {
  const gateway = await import('@aws-sdk/client-api-gateway');
  const client = new gateway.APIGatewayClient(settings);
  try {
    const { cloudwatchRoleArn } = await client.send(new gateway.GetAccountCommand({}));
    if (cloudwatchRoleArn) return false;
    const value = await ensureRole(settings);
    const patch = { patchOperations: [{ op: 'replace', path: '/cloudwatchRoleArn', value }] } as const;
    for (let tries = 1; ; tries++) {
      try {
        await client.send(new gateway.UpdateAccountCommand({ patchOperations: [...patch.patchOperations] }));
        return true;
      } catch (error) {
        if (tries === TRIES || !(error instanceof gateway.BadRequestException)) throw error;
        await sleep(1000);
      }
    }
  } finally {
    client.destroy();
  }
}

async function ensureRole(settings: AwsSettings): Promise<string> {
  const { AttachRolePolicyCommand, CreateRoleCommand, GetRoleCommand, IAMClient } = await import('@aws-sdk/client-iam');
  const client = new IAMClient(settings);
  try {
    try {
      await client.send(
        new CreateRoleCommand({
          RoleName: GATEWAY_LOG_ROLE,
          AssumeRolePolicyDocument: JSON.stringify(TRUST),
          Description: 'API Gateway writes the access logs of fwoa',
        }),
      );
    } catch (error) {
      if (!(error instanceof Error && error.name === 'EntityAlreadyExistsException')) throw error;
    }
    await client.send(new AttachRolePolicyCommand({ RoleName: GATEWAY_LOG_ROLE, PolicyArn: POLICY }));
    const { Role } = await client.send(new GetRoleCommand({ RoleName: GATEWAY_LOG_ROLE }));
    return Role?.Arn ?? '';
  } finally {
    client.destroy();
  }
}
