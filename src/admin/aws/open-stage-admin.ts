import type { IdentityAdmin } from '../../auth/identity-admin.ts';
import type { AwsSettings } from '../../config/aws-client.ts';
import { explainAwsError } from '../../config/aws-client.ts';
import type { StageOutputs } from '../../config/stage.ts';
import { openAccessTable } from './access-table.ts';
import { openApiKeys } from './api-keys.ts';
import { openCognitoUsers } from './cognito-users.ts';

/** The users and client systems of a stage on AWS. Nothing is sent before it is used. */
export function openStageAdmin(stage: string, outputs: StageOutputs, settings: AwsSettings): IdentityAdmin {
  const access = openAccessTable(outputs.TableName, settings);
  const users = openCognitoUsers(outputs, settings, access);
  const clients = openApiKeys(stage, outputs, settings, access);
  const admin: IdentityAdmin = {
    ...users,
    ...clients,
    async close() {
      for (const part of [access, users, clients]) part.close();
    },
  };
  return explained(admin, settings);
}

/** With AWS's errors in plain words. */
function explained(admin: IdentityAdmin, settings: AwsSettings): IdentityAdmin {
  const wrapped = Object.entries(admin).map(([name, work]) => [
    name,
    async (...args: readonly unknown[]) => {
      try {
        return await (work as (...given: readonly unknown[]) => Promise<unknown>)(...args);
      } catch (error) {
        throw explainAwsError(error, settings);
      }
    },
  ]);
  return Object.fromEntries(wrapped) as IdentityAdmin;
}
