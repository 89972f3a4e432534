import type { STSClientConfig } from '@aws-sdk/client-sts';
import { Problem } from './problem.ts';

/** Which account and region, as flags name them; what is not said is as the AWS CLI finds it. */
export interface AwsTarget {
  readonly region?: string | undefined;
  readonly profile?: string | undefined;
}

/** What makes the client of any AWS service. */
export interface AwsSettings {
  readonly region: string;
  readonly profile?: string | undefined;
  readonly maxAttempts: number;
  readonly requestHandler?: STSClientConfig['requestHandler'];
}

type Environment = Readonly<Record<string, string | undefined>>;

/** How often a call is tried: throttles of CloudFormation and API Gateway are common. */
const ATTEMPTS = 8;

/**
 * Region, profile and proxy for AWS's clients. Credentials are looked for by the clients themselves, in the order of the AWS CLI: environment,
 * profile (SSO too), the machine's role. Nothing is sent.
 *
 * @throws Problem when no region is named anywhere
 */
export async function awsSettings({ region, profile }: AwsTarget, environment: Environment): Promise<AwsSettings> {
  // Its warning is about our Node, and of no use to who runs a command.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
  const requestHandler = await proxyHandler(environment);
  const shared = { maxAttempts: ATTEMPTS, ...(profile && { profile }), ...(requestHandler && { requestHandler }) };
  return { ...shared, region: region ?? (environment.AWS_REGION || (await configuredRegion(shared, environment))) };
}

async function configuredRegion(shared: Partial<AwsSettings>, environment: Environment): Promise<string> {
  if (environment.AWS_DEFAULT_REGION) return environment.AWS_DEFAULT_REGION;
  const { STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient(shared);
  try {
    return await client.config.region();
  } catch (error) {
    const next = 'Name one with --region, in AWS_REGION, or in your profile: aws configure.';
    throw new Problem('no-region', { what: 'No AWS region is named.', next }, { kind: 'usage', cause: error });
  } finally {
    client.destroy();
  }
}

/** Connections by a proxy, where the environment names one. */
async function proxyHandler(environment: Environment): Promise<AwsSettings['requestHandler'] | undefined> {
  const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];
  if (names.every((name) => !environment[name])) return undefined;
  const [{ NodeHttpHandler }, { ProxyAgent }] = await Promise.all([
    import('@smithy/node-http-handler'),
    import('proxy-agent'),
  ]);
  const agent = new ProxyAgent();
  return new NodeHttpHandler({ httpAgent: agent, httpsAgent: agent });
}

/** Whose credentials these are. @throws Problem in plain words */
export async function callerIdentity(
  settings: AwsSettings,
): Promise<{ readonly account: string; readonly arn: string }> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const client = new STSClient(settings);
  try {
    const { Account = '', Arn = '' } = await client.send(new GetCallerIdentityCommand({}));
    return { account: Account, arn: Arn };
  } catch (error) {
    throw explainAwsError(error, settings);
  } finally {
    client.destroy();
  }
}

const EXPIRED = /^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/;
const WRONG =
  /^(InvalidClientTokenId|UnrecognizedClientException|SignatureDoesNotMatch|AuthFailure|InvalidSignatureException)$/;
const DENIED = /^(AccessDenied|AccessDeniedException|UnauthorizedOperation|ForbiddenException|NotAuthorized)$/;
const THROTTLED =
  /^(Throttling|ThrottlingException|TooManyRequestsException|RequestLimitExceeded|LimitExceededException)$/;
const AWAY = /^(ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE)$/;

/** An error of AWS's clients in plain words, where it is one that a person can do something about; else the error itself. */
export function explainAwsError(error: unknown, { profile, region }: AwsTarget = {}): unknown {
  if (!(error instanceof Error)) return error;
  const { name, message } = error;
  const code = String(
    (error as { readonly code?: unknown }).code ?? (error.cause as { readonly code?: unknown } | undefined)?.code,
  );
  const login = `aws sso login${profile === undefined ? '' : ` --profile ${profile}`}`;
  const problem = (id: string, what: string, next: string, why?: string) =>
    new Problem(id, { what, why, next }, { cause: error });
  if (/sso/i.test(message) && /CredentialsProviderError|TokenProviderError/.test(name)) {
    return problem('credentials-expired', 'Your sign-in to AWS has ended.', `Sign in again: ${login}`);
  }
  if (name === 'CredentialsProviderError' || /Could not load credentials|Unable to resolve AWS account/.test(message)) {
    const next =
      'Name a profile with --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; aws configure makes a profile.';
    return problem(
      'no-credentials',
      'There are no AWS credentials.',
      next,
      profile && `Looked for in the profile ${profile}.`,
    );
  }
  if (EXPIRED.test(name))
    return problem('credentials-expired', 'Your AWS credentials have expired.', `Get new ones: ${login}`);
  if (WRONG.test(name)) {
    return problem(
      'credentials-wrong',
      'AWS does not know these credentials.',
      'Look at the profile, or at AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.',
    );
  }
  if (DENIED.test(name)) {
    return problem(
      'not-allowed',
      'You are not allowed to do this in this AWS account.',
      'Ask for the permission, or use another profile with --profile.',
      message,
    );
  }
  if (THROTTLED.test(name))
    return problem('throttled', 'AWS takes no more requests at the moment.', 'Try again in a minute.', message);
  if (AWAY.test(code) || name === 'TimeoutError') {
    return problem(
      'no-network',
      'AWS cannot be reached.',
      'Look at the network, HTTPS_PROXY and the region.',
      region && `Region ${region}, ${code}.`,
    );
  }
  if (/CERT|SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/.test(code)) {
    return problem(
      'certificate',
      "AWS's certificate is not trusted here.",
      'Behind a proxy that reads TLS, name its certificate in NODE_EXTRA_CA_CERTS.',
      code,
    );
  }
  return error;
}
