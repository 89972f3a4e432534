import { type ResolvedDeploy, resolveDeploy } from './deploy-config.ts';
import { durationMs } from './duration.ts';
import type { FwoaConfig, IssuerConfig, QuotaConfig, RateConfig, RoleRuleConfig } from './fwoa-config.ts';

/** A role as the authorization reads it. */
export interface ResolvedRole {
  readonly name: string;
  readonly description?: string | undefined;
  readonly rules: readonly RoleRuleConfig[];
}

/** A {@link FwoaConfig} with every default filled in. Times are ms, sizes bytes. */
export interface ResolvedConfig {
  readonly roles: readonly ResolvedRole[];
  readonly replaceDefaultRoles: boolean;
  readonly auth: {
    readonly issuers: readonly ResolvedIssuer[];
    readonly tokenLifetime: number;
    readonly refreshLifetime: number;
    readonly lockout: { readonly attempts: number; readonly duration: number };
  };
  readonly clients: { readonly defaultRate: RateConfig; readonly defaultQuota: QuotaConfig | undefined };
  readonly audit: {
    readonly queryValues: boolean;
    readonly onFailure: 'refuse' | 'continue';
    readonly rotate: { readonly bytes: number };
    /** Undefined: for ever. */
    readonly keep: number | undefined;
  };
  readonly binary: {
    readonly urlLifetime: number;
    /** Undefined: no limit. */
    readonly maxBytes: number | undefined;
    readonly inlineBytes: number;
    readonly restrictToAddress: boolean;
  };
  readonly server: {
    readonly cors: { readonly origins: readonly string[] };
    readonly limits: {
      readonly bodyBytes: number;
      readonly headerBytes: number;
      readonly headers: number;
      readonly urlLength: number;
      readonly connections: number;
    };
    readonly timeouts: {
      readonly headers: number;
      readonly idle: number;
      readonly keepAlive: number;
      readonly close: number;
    };
  };
  readonly deploy: ResolvedDeploy;
}

export interface ResolvedIssuer extends Omit<IssuerConfig, 'tokenUse' | 'groupsClaim' | 'usernameClaim'> {
  readonly tokenUse: 'access' | 'unstated';
  readonly groupsClaim: string;
  readonly usernameClaim: string;
}

const MEGABYTE = 2 ** 20;

/** Fills in the defaults of a configuration that was checked. */
export function resolveConfig(config: FwoaConfig): ResolvedConfig {
  const { roles = {}, replaceDefaultRoles = false, auth, clients, audit, binary } = config;
  return {
    roles: Object.entries(roles).map(([name, { description, rules }]) => ({ name, description, rules })),
    replaceDefaultRoles,
    auth: {
      issuers: (auth?.issuers ?? []).map(resolveIssuer),
      tokenLifetime: durationMs(auth?.tokenLifetime ?? '1h'),
      refreshLifetime: durationMs(auth?.refreshLifetime ?? '30d'),
      lockout: {
        attempts: auth?.lockout?.attempts ?? 5,
        duration: durationMs(auth?.lockout?.duration ?? '15m'),
      },
    },
    clients: {
      defaultRate: clients?.defaultRate ?? { perSecond: 50, burst: 100 },
      defaultQuota: clients?.defaultQuota,
    },
    audit: {
      queryValues: audit?.queryValues ?? false,
      onFailure: audit?.onFailure ?? 'refuse',
      rotate: { bytes: (audit?.rotate?.megabytes ?? 64) * MEGABYTE },
      keep: audit?.keep === undefined ? undefined : durationMs(audit.keep),
    },
    binary: {
      urlLifetime: durationMs(binary?.urlLifetime ?? '5m'),
      maxBytes: binary?.maxBytes,
      inlineBytes: binary?.inlineBytes ?? MEGABYTE,
      restrictToAddress: binary?.restrictToAddress ?? false,
    },
    server: resolveServer(config.server),
    deploy: resolveDeploy(config.deploy),
  };
}

function resolveIssuer(issuer: IssuerConfig): ResolvedIssuer {
  return {
    ...issuer,
    tokenUse: issuer.tokenUse ?? 'access',
    groupsClaim: issuer.groupsClaim ?? 'cognito:groups',
    usernameClaim: issuer.usernameClaim ?? 'username',
  };
}

function resolveServer(server: FwoaConfig['server']): ResolvedConfig['server'] {
  const { cors, limits, timeouts } = server ?? {};
  return {
    cors: { origins: cors?.origins ?? [] },
    limits: {
      bodyBytes: limits?.bodyBytes ?? 256 * MEGABYTE,
      headerBytes: limits?.headerBytes ?? 2 ** 15,
      headers: limits?.headers ?? 100,
      urlLength: limits?.urlLength ?? 2 ** 14,
      connections: limits?.connections ?? 10_000,
    },
    timeouts: {
      headers: durationMs(timeouts?.headers ?? '20s'),
      idle: durationMs(timeouts?.idle ?? '30s'),
      keepAlive: durationMs(timeouts?.keepAlive ?? '30s'),
      close: durationMs(timeouts?.close ?? '10s'),
    },
  };
}
