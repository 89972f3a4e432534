import { createHash } from 'node:crypto';
import { Duration, SecretValue, Stack } from 'aws-cdk-lib';
import {
  AccountRecovery,
  CfnUserPoolGroup,
  FeaturePlan,
  type IUserPoolIdentityProvider,
  Mfa,
  OAuthScope,
  UserPool,
  type UserPoolClient,
  UserPoolClientIdentityProvider,
  UserPoolDomain,
  UserPoolIdentityProviderOidc,
  UserPoolIdentityProviderSaml,
  UserPoolIdentityProviderSamlMetadata,
} from 'aws-cdk-lib/aws-cognito';
import { Construct } from 'constructs';
import { DEFAULT_ROLES } from '../src/auth/roles/default-roles.ts';
import type { FederationConfig } from '../src/config/deploy-config.ts';
import type { ResolvedConfig } from '../src/config/resolve-config.ts';
import { dataRemoval, type StageContext } from './stage-context.ts';

export interface FhirIdentityProps extends StageContext {
  readonly config: ResolvedConfig;
}

const MFA = { off: Mfa.OFF, optional: Mfa.OPTIONAL, required: Mfa.REQUIRED } as const;

/** The users: a Cognito user pool in which admins alone make users, with a group for each role. */
export class FhirIdentity extends Construct {
  readonly pool: UserPool;
  /** Of `fwoa token`, and of the hosted sign-in pages. */
  readonly client: UserPoolClient;
  /** What `iss` of its tokens says. */
  readonly issuer: string;
  readonly domainUrl: string;

  constructor(scope: Construct, id: string, props: FhirIdentityProps) {
    super(scope, id);
    const { prefix, config, preset, deploy } = props;
    const { region } = Stack.of(this);
    const { mfa, callbackUrls, federation } = deploy.users;
    this.pool = new UserPool(this, 'Pool', {
      userPoolName: prefix,
      selfSignUpEnabled: false,
      signInAliases: { username: true },
      signInCaseSensitive: false,
      passwordPolicy: {
        minLength: 12,
        requireLowercase: true,
        requireUppercase: true,
        requireDigits: true,
        requireSymbols: true,
        tempPasswordValidity: Duration.days(3),
      },
      mfa: MFA[mfa],
      ...(mfa !== 'off' && { mfaSecondFactor: { sms: false, otp: true } }),
      // Who forgets a password asks an admin: there need be no mailbox or phone for a user.
      accountRecovery: AccountRecovery.NONE,
      featurePlan: FeaturePlan.ESSENTIALS,
      deletionProtection: preset === 'production',
      removalPolicy: dataRemoval(props),
    });
    this.issuer = `https://cognito-idp.${region}.amazonaws.com/${this.pool.userPoolId}`;
    for (const name of roleNames(config)) {
      new CfnUserPoolGroup(this, `Group-${name}`, { userPoolId: this.pool.userPoolId, groupName: name });
    }
    const providers = federation.map((each) => identityProvider(this, this.pool, each));
    this.client = this.pool.addClient('Client', {
      userPoolClientName: `${prefix}-users`,
      generateSecret: false,
      authFlows: { userPassword: true, userSrp: true },
      preventUserExistenceErrors: true,
      enableTokenRevocation: true,
      accessTokenValidity: Duration.millis(config.auth.tokenLifetime),
      idTokenValidity: Duration.millis(config.auth.tokenLifetime),
      refreshTokenValidity: Duration.millis(config.auth.refreshLifetime),
      supportedIdentityProviders: [
        UserPoolClientIdentityProvider.COGNITO,
        ...federation.map(({ name }) => UserPoolClientIdentityProvider.custom(name)),
      ],
      ...(callbackUrls.length === 0
        ? { disableOAuth: true }
        : {
            oAuth: {
              flows: { authorizationCodeGrant: true },
              scopes: [OAuthScope.OPENID, OAuthScope.COGNITO_ADMIN],
              callbackUrls: [...callbackUrls],
            },
          }),
    });
    for (const provider of providers) this.client.node.addDependency(provider);
    const domain = new UserPoolDomain(this, 'Domain', {
      userPool: this.pool,
      cognitoDomain: { domainPrefix: domainPrefix(prefix, Stack.of(this).account) },
    });
    this.domainUrl = `https://${domain.domainName}.auth.${region}.amazoncognito.com`;
  }
}

/** The groups that there must be: each role is one. */
function roleNames({ roles, replaceDefaultRoles }: ResolvedConfig): readonly string[] {
  const defaults = replaceDefaultRoles ? [] : DEFAULT_ROLES;
  return [...new Set([...defaults, ...roles].map(({ name }) => name))];
}

/** Unique in the region, for all accounts; without the words that Cognito keeps for AWS. */
function domainPrefix(prefix: string, account: string): string {
  const name = /aws|amazon|cognito/.test(prefix)
    ? `fwoa-${createHash('sha256').update(prefix).digest('hex').slice(0, 12)}`
    : prefix;
  return `${name}-${account}`;
}

function identityProvider(scope: Construct, userPool: UserPool, provider: FederationConfig): IUserPoolIdentityProvider {
  const { name } = provider;
  if ('saml' in provider) {
    const metadata = UserPoolIdentityProviderSamlMetadata.url(provider.saml.metadataUrl);
    return new UserPoolIdentityProviderSaml(scope, `Saml-${name}`, { userPool, name, metadata });
  }
  const { issuer, clientId, clientSecretName } = provider.oidc;
  return new UserPoolIdentityProviderOidc(scope, `Oidc-${name}`, {
    userPool,
    name,
    issuerUrl: issuer,
    clientId,
    // A reference that CloudFormation resolves: the secret is in no template.
    clientSecret: SecretValue.secretsManager(clientSecretName).unsafeUnwrap(),
    scopes: ['openid'],
  });
}
