import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminListGroupsForUserCommand,
  AdminSetUserPasswordCommand,
  AdminUserGlobalSignOutCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  InitiateAuthCommand,
  paginateListUsers,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { IdentityAdmin, TokenPair, UserInfo } from '../../auth/identity-admin.ts';
import type { AwsSettings } from '../../config/aws-client.ts';
import { Problem } from '../../config/problem.ts';
import type { StageOutputs } from '../../config/stage.ts';
import type { AccessTable } from './access-table.ts';

type Users = Pick<IdentityAdmin, 'addUser' | 'users' | 'removeUser' | 'setPassword' | 'token'> & {
  readonly close: () => void;
};

const NAME = /^[A-Za-z0-9][\w.@+-]{0,127}$/;

/** The users of a stage: those of its Cognito user pool, whose groups are their roles. */
export function openCognitoUsers(outputs: StageOutputs, settings: AwsSettings, access: AccessTable): Users {
  const client = new CognitoIdentityProviderClient(settings);
  const { UserPoolId, UserPoolClientId: ClientId } = outputs;
  const issuer = `https://cognito-idp.${settings.region}.amazonaws.com/${UserPoolId}`;

  async function rolesOf(Username: string): Promise<readonly string[]> {
    const { Groups = [] } = await client.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
    return Groups.map(({ GroupName = '' }) => GroupName).sort();
  }

  async function infoOf({ Username = '', UserCreateDate, Enabled }: UserType): Promise<UserInfo> {
    return {
      name: Username,
      roles: await rolesOf(Username),
      status: Enabled === false ? 'locked' : 'active',
      createdAt: UserCreateDate?.getTime() ?? 0,
    };
  }

  /** Of the name; its own id in the claim `sub`. */
  async function idOf(Username: string): Promise<string> {
    try {
      const { UserAttributes = [] } = await client.send(new AdminGetUserCommand({ UserPoolId, Username }));
      return UserAttributes.find(({ Name }) => Name === 'sub')?.Value ?? '';
    } catch (error) {
      throw named(error) === 'UserNotFoundException' ? unknown(Username) : error;
    }
  }

  async function addToGroup(Username: string, GroupName: string): Promise<void> {
    const add = () => client.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName }));
    try {
      await add();
    } catch (error) {
      // A role of the configuration that was not deployed yet.
      if (named(error) !== 'ResourceNotFoundException') throw error;
      await client.send(new CreateGroupCommand({ UserPoolId, GroupName }));
      await add();
    }
  }

  async function setPassword(Username: string, Password: string): Promise<void> {
    try {
      await client.send(new AdminSetUserPasswordCommand({ UserPoolId, Username, Password, Permanent: true }));
    } catch (error) {
      throw passwordProblem(error) ?? error;
    }
  }

  return {
    async addUser({ name, roles, password }) {
      if (!NAME.test(name)) {
        const next = 'It has letters, digits, ".", "_", "@", "+" and "-", 128 at most, a letter or digit first.';
        throw new Problem(
          'user-name-invalid',
          { what: `${name} can't be the name of a user.`, next },
          { kind: 'usage' },
        );
      }
      try {
        await client.send(new AdminCreateUserCommand({ UserPoolId, Username: name, MessageAction: 'SUPPRESS' }));
      } catch (error) {
        if (named(error) !== 'UsernameExistsException') throw error;
        // One without a role was left half-made by a command that was interrupted.
        if ((await rolesOf(name)).length > 0)
          throw new Problem('user-exists', { what: `There is a user ${name} already.` });
      }
      try {
        await setPassword(name, password);
      } catch (error) {
        await client.send(new AdminDeleteUserCommand({ UserPoolId, Username: name }));
        throw error;
      }
      // Roles last: until then the user may do nothing.
      for (const role of roles) await addToGroup(name, role);
      return { name, roles: [...roles].sort(), status: 'active', createdAt: Date.now() };
    },
    async users() {
      const found: UserInfo[] = [];
      for await (const { Users: page = [] } of paginateListUsers({ client, pageSize: 60 }, { UserPoolId })) {
        for (const user of page) found.push(await infoOf(user));
      }
      return found.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async removeUser(name) {
      const id = await idOf(name);
      // First what keeps the user out, whatever comes of the rest.
      await access.revoke({ issuer, id });
      await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: name }));
      await client.send(new AdminDeleteUserCommand({ UserPoolId, Username: name }));
    },
    async setPassword(name, password) {
      const id = await idOf(name);
      await setPassword(name, password);
      await client.send(new AdminUserGlobalSignOutCommand({ UserPoolId, Username: name }));
      await access.revoke({ issuer, id }, Date.now());
    },
    async token({ name, password }): Promise<TokenPair> {
      try {
        const answer = await client.send(
          new InitiateAuthCommand({
            AuthFlow: 'USER_PASSWORD_AUTH',
            ClientId,
            AuthParameters: { USERNAME: name, PASSWORD: password },
          }),
        );
        const { AccessToken, RefreshToken = '', ExpiresIn = 0 } = answer.AuthenticationResult ?? {};
        if (AccessToken !== undefined)
          return { accessToken: AccessToken, refreshToken: RefreshToken, expiresIn: ExpiresIn };
        throw challengeProblem(answer.ChallengeName ?? 'unknown', name);
      } catch (error) {
        throw signInProblem(error) ?? error;
      }
    },
    close: () => client.destroy(),
  };
}

function named(error: unknown): string {
  return error instanceof Error ? error.name : '';
}

function unknown(name: string): Problem {
  return new Problem('user-unknown', { what: `There is no user ${name}.` });
}

function passwordProblem(error: unknown): Problem | undefined {
  if (named(error) !== 'InvalidPasswordException') return undefined;
  const next = 'It has 12 characters or more, of capital and small letters, digits and others.';
  return new Problem('password-weak', { what: 'The password is too weak.', next }, { cause: error });
}

/** What Cognito says of a sign-in, in plain words; whether there is such a user, it does not say. */
function signInProblem(error: unknown): Problem | undefined {
  const refused = (what: string, next?: string) => new Problem('sign-in-refused', { what, next }, { cause: error });
  switch (named(error)) {
    case 'NotAuthorizedException':
    case 'UserNotFoundException':
      return refused('User name or password are wrong, or the user is disabled.');
    case 'PasswordResetRequiredException':
      return refused('The password must be set anew.', 'An admin does that: fwoa set-password NAME');
    case 'UserNotConfirmedException':
      return refused('The user is not confirmed yet.', 'An admin sets a password: fwoa set-password NAME');
    case 'TooManyRequestsException':
    case 'LimitExceededException':
      return new Problem(
        'sign-in-busy',
        { what: 'There were too many attempts.', next: 'Wait some minutes.' },
        { cause: error },
      );
    default:
      return undefined;
  }
}

function challengeProblem(challenge: string, name: string): Problem {
  if (challenge === 'NEW_PASSWORD_REQUIRED') {
    const next = `An admin sets one that lasts: fwoa set-password ${name}`;
    return new Problem('sign-in-refused', { what: 'The password was for once, and another one is needed.', next });
  }
  const next = 'Sign in on the hosted pages (deploy.users.callbackUrls), or with a user without a second factor.';
  return new Problem('sign-in-refused', {
    what: `The sign-in needs another step, which this command does not know: ${challenge}.`,
    next,
  });
}
