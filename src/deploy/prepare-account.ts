import type { AwsSettings } from '../config/aws-client.ts';
import { ensureGatewayLogRole } from './gateway-log-role.ts';
import type { StageDriver } from './stage-driver.ts';

/** The CDK's stack, whose bucket takes the functions' code. */
export const BOOTSTRAP_STACK = 'CDKToolkit';

/**
 * Makes what all stages of an account and region share, where it is missing: the place for the functions' code, and the role by which API Gateway
 * writes logs.
 *
 * @returns what was made, a line each
 */
export async function prepareAccount(
  driver: Pick<StageDriver, 'bootstrap'>,
  settings: AwsSettings,
): Promise<readonly string[]> {
  const made: string[] = [];
  if (!(await isBootstrapped(settings))) {
    await driver.bootstrap();
    made.push(`The account was prepared for deployments (stack ${BOOTSTRAP_STACK}).`);
  }
  if (await ensureGatewayLogRole(settings)) made.push('API Gateway may write logs now, in this region.');
  return made;
}

/** Whether the CDK's stack is there, and whole. */
export async function isBootstrapped(settings: AwsSettings): Promise<boolean> {
  const { CloudFormationClient, DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation');
  const client = new CloudFormationClient(settings);
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: BOOTSTRAP_STACK }));
    return stack !== undefined && /^(CREATE|UPDATE|UPDATE_ROLLBACK)_COMPLETE$/.test(stack.StackStatus ?? '');
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return false;
    throw error;
  } finally {
    client.destroy();
  }
}
