import type { RateConfig } from './fwoa-config.ts';

/** What a deployment on AWS is made of, where it is not as it is by default (`docs/deploy.md`). */
export interface DeployConfig {
  /** Gets an e-mail for each alarm. */
  readonly alarmEmail?: string | undefined;
  /** Tags of all resources, beside our own. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly logs?:
    | {
        /** For which logs are kept; what CloudWatch Logs offers. Default: 90. */
        readonly days?: number | undefined;
        /** For which the audit log is kept there. Default: 2192, six years. */
        readonly auditDays?: number | undefined;
      }
    | undefined;
  readonly api?:
    | {
        /** Of all client systems together. Default: 500 a second, 1000 at once. */
        readonly throttle?: RateConfig | undefined;
        /** A web application firewall: AWS's common rules, and a limit for each address. Default: false. */
        readonly waf?: { readonly requestsPer5Minutes: number } | undefined;
        /** A domain of one's own, with its certificate of AWS Certificate Manager in the same region. */
        readonly domain?: { readonly name: string; readonly certificateArn: string } | undefined;
        /** Only these VPC endpoints reach the API. */
        readonly vpcEndpointIds?: readonly string[] | undefined;
      }
    | undefined;
  readonly functions?:
    | {
        /** MB of the function that answers requests. Default: 1769, one processor. */
        readonly memory?: number | undefined;
        /** So many run at most. Default: what the account has. */
        readonly reserved?: number | undefined;
        /** So many are always ready. Default: none. */
        readonly provisioned?: number | undefined;
      }
    | undefined;
  readonly search?:
    | {
        /** OpenSearch that is there already; none is made then. */
        readonly existing?: ExistingSearch | undefined;
        /** Default: `t3.small.search` for dev, `r7g.large.search` for production. */
        readonly instanceType?: string | undefined;
        /** Default: 1 for dev, 3 for production. */
        readonly instances?: number | undefined;
        /** GB of each. Default: 10 for dev, 100 for production. */
        readonly volumeGb?: number | undefined;
      }
    | undefined;
  readonly users?:
    | {
        /** A second factor by an app (TOTP). Default: `optional`. */
        readonly mfa?: 'off' | 'optional' | 'required' | undefined;
        /** Where the hosted sign-in pages may send users back to; without any they are off. */
        readonly callbackUrls?: readonly string[] | undefined;
        /** Other identity providers that users sign in by, on the hosted pages. */
        readonly federation?: readonly FederationConfig[] | undefined;
      }
    | undefined;
  readonly bucket?:
    | {
        /** Networks that may use signed URLs: `203.0.113.0/24`. Default: all. */
        readonly networks?: readonly string[] | undefined;
      }
    | undefined;
}

export interface ExistingSearch {
  /** https; http only for this machine. */
  readonly endpoint: string;
  /** The service that requests are signed for: `es` a domain, `aoss` a serverless collection, `none`: they are not. */
  readonly signedFor: 'es' | 'aoss' | 'none';
  /** Of the domain or collection, for the functions' permissions; needed unless `signedFor` is `none`. */
  readonly arn?: string | undefined;
}

/** An identity provider: its name as users see it, and SAML metadata or an OIDC issuer with its client. */
export type FederationConfig =
  | { readonly name: string; readonly saml: { readonly metadataUrl: string } }
  | {
      readonly name: string;
      readonly oidc: {
        readonly issuer: string;
        readonly clientId: string;
        /** The name of a secret of AWS Secrets Manager that is the client's secret. */
        readonly clientSecretName: string;
      };
    };

/** A {@link DeployConfig} with its defaults, but those that hang on the preset. */
export interface ResolvedDeploy {
  readonly alarmEmail: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly logs: { readonly days: number; readonly auditDays: number };
  readonly api: {
    readonly throttle: RateConfig;
    readonly waf: { readonly requestsPer5Minutes: number } | undefined;
    readonly domain: { readonly name: string; readonly certificateArn: string } | undefined;
    readonly vpcEndpointIds: readonly string[];
  };
  readonly functions: {
    readonly memory: number;
    readonly reserved: number | undefined;
    readonly provisioned: number | undefined;
  };
  readonly search: NonNullable<DeployConfig['search']>;
  readonly users: {
    readonly mfa: 'off' | 'optional' | 'required';
    readonly callbackUrls: readonly string[];
    readonly federation: readonly FederationConfig[];
  };
  readonly bucket: { readonly networks: readonly string[] };
}

export function resolveDeploy(deploy: DeployConfig = {}): ResolvedDeploy {
  const { logs, api, functions, users } = deploy;
  return {
    alarmEmail: deploy.alarmEmail,
    tags: deploy.tags ?? {},
    logs: { days: logs?.days ?? 90, auditDays: logs?.auditDays ?? 2192 },
    api: {
      throttle: api?.throttle ?? { perSecond: 500, burst: 1000 },
      waf: api?.waf,
      domain: api?.domain,
      vpcEndpointIds: api?.vpcEndpointIds ?? [],
    },
    functions: {
      memory: functions?.memory ?? 1769,
      reserved: functions?.reserved,
      provisioned: functions?.provisioned,
    },
    search: deploy.search ?? {},
    users: {
      mfa: users?.mfa ?? 'optional',
      callbackUrls: users?.callbackUrls ?? [],
      federation: users?.federation ?? [],
    },
    bucket: { networks: deploy.bucket?.networks ?? [] },
  };
}
