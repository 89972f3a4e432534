import type { DeployConfig } from './deploy-config.ts';
/** A time: a number and its unit: seconds, minutes, hours or days. `'90s'`, `'5m'`, `'1h'`, `'30d'`. */
export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;

/** What a role may do: the interactions of one rule on the types of that rule. */
export interface RoleRuleConfig {
  /** Names as the capability statement has them (`read`, `search-type`, `create` …), or `*` for all. */
  readonly interactions: readonly ('*' | InteractionConfigName)[];
  /** Resource types by name, or `*` for all. */
  readonly types: '*' | readonly string[];
}

/** The interactions that a rule can name. */
export const INTERACTION_NAMES = [
  'read',
  'vread',
  'update',
  'patch',
  'delete',
  'history-instance',
  'history-type',
  'history-system',
  'create',
  'search-type',
  'search-system',
  'capabilities',
  'batch',
  'transaction',
  'operation',
] as const;
export type InteractionConfigName = (typeof INTERACTION_NAMES)[number];

/** A role. Its name is its key. */
export interface RoleConfig {
  /** One sentence for whoever gives roles to people. */
  readonly description?: string | undefined;
  /** What it may do: the union of its rules. No rules: nothing. */
  readonly rules: readonly RoleRuleConfig[];
}

/** An issuer of tokens beside the server's own: an OpenID Connect provider, or a Cognito user pool. */
export interface IssuerConfig {
  /** As tokens have it in `iss`: an https URL. */
  readonly issuer: string;
  /** What `aud` of a token must be, or hold. This or `clientIds` is needed: without both, tokens meant for others would be taken. */
  readonly audience?: string | undefined;
  /** What `client_id` of a token must be one of, as in Cognito's access tokens. */
  readonly clientIds?: readonly string[] | undefined;
  /** `unstated`: its access tokens do not say that they are some. Default: `access`. */
  readonly tokenUse?: 'access' | 'unstated' | undefined;
  /** Where its keys are. Default: what the issuer's discovery document says. */
  readonly jwksUri?: string | undefined;
  /** The claim that holds the user's groups. Default: `cognito:groups`. */
  readonly groupsClaim?: string | undefined;
  /** The claim that holds the user's name. Default: `username`. */
  readonly usernameClaim?: string | undefined;
  /** The role that each of its groups has. Default: a group's role is that of its name. */
  readonly roles?: Readonly<Record<string, string>> | undefined;
}

export interface AuthConfig {
  /** Issuers whose tokens are taken too. Default: none. */
  readonly issuers?: readonly IssuerConfig[] | undefined;
  /** How long an access token holds. Default: `1h`. */
  readonly tokenLifetime?: Duration | undefined;
  /** How long a refresh token holds. Default: `30d`. */
  readonly refreshLifetime?: Duration | undefined;
  /** When a user is locked out after wrong passwords. */
  readonly lockout?:
    | {
        /** Wrong passwords in a row. Default: 5. */
        readonly attempts?: number | undefined;
        /** For how long. Default: `15m`. */
        readonly duration?: Duration | undefined;
      }
    | undefined;
}

export interface RateConfig {
  /** Requests a second, over time. */
  readonly perSecond: number;
  /** Requests at once, after a pause. */
  readonly burst: number;
}

export interface QuotaConfig {
  readonly requests: number;
  readonly per: 'day' | 'month';
}

export interface ClientsConfig {
  /** Of a client system that is given none of its own. Default: 50 a second, 100 at once. */
  readonly defaultRate?: RateConfig | undefined;
  /** Of a client system that is given none of its own. Default: no quota. */
  readonly defaultQuota?: QuotaConfig | undefined;
}

export interface AuditConfig {
  /** Keep the values of search parameters, not only their names: they are patient data. Default: false. */
  readonly queryValues?: boolean | undefined;
  /** What becomes of a request whose event can't be written. Default: `refuse`. */
  readonly onFailure?: 'refuse' | 'continue' | undefined;
  /** When a new file is begun. Each day (UTC) begins one too. */
  readonly rotate?:
    | {
        /** Default: 64. */
        readonly megabytes?: number | undefined;
      }
    | undefined;
  /** After how long a file is deleted. Default: never. */
  readonly keep?: Duration | undefined;
}

export interface BinaryConfig {
  /** How long a signed URL holds. Default: `5m`. */
  readonly urlLifetime?: Duration | undefined;
  /** The largest content. Default: none. */
  readonly maxBytes?: number | undefined;
  /** The largest content that may stand in a Binary's `data`. Default: 1 MiB. */
  readonly inlineBytes?: number | undefined;
  /** A signed URL holds for the address that it was given to alone. Default: false. */
  readonly restrictToAddress?: boolean | undefined;
}

export interface ServerConfig {
  /** Web pages that may call the server. */
  readonly cors?:
    | {
        /** `https://app.example.org`, or `*` for all. Default: none. */
        readonly origins: readonly string[];
      }
    | undefined;
  readonly limits?:
    | {
        /** Of a request's body, but a Binary's. Default: 256 MiB. */
        readonly bodyBytes?: number | undefined;
        /** Of a request's first line and headers. Default: 32 KiB. */
        readonly headerBytes?: number | undefined;
        /** How many headers. Default: 100. */
        readonly headers?: number | undefined;
        /** Characters of path and query. Default: 16,384. */
        readonly urlLength?: number | undefined;
        /** At once. Default: 10,000. */
        readonly connections?: number | undefined;
      }
    | undefined;
  readonly timeouts?:
    | {
        /** For a request's headers to arrive. Default: `20s`. */
        readonly headers?: Duration | undefined;
        /** In which a client may send or take nothing of a body. Default: `30s`. */
        readonly idle?: Duration | undefined;
        /** For which a connection may be idle between requests. Default: `30s`. */
        readonly keepAlive?: Duration | undefined;
        /** For which a stop waits for requests that have begun. Default: `10s`. */
        readonly close?: Duration | undefined;
      }
    | undefined;
}

/** What `fwoa.config.ts` may say. Every key may be left out. */
export interface FwoaConfig {
  /** Roles by name, beside the default ones; one of the same name takes the place of the default one. */
  readonly roles?: Readonly<Record<string, RoleConfig>> | undefined;
  /** There are no roles but those of this file. Default: false. */
  readonly replaceDefaultRoles?: boolean | undefined;
  readonly auth?: AuthConfig | undefined;
  readonly clients?: ClientsConfig | undefined;
  readonly audit?: AuditConfig | undefined;
  readonly binary?: BinaryConfig | undefined;
  readonly server?: ServerConfig | undefined;
  /** What `fwoa deploy` makes on AWS. */
  readonly deploy?: DeployConfig | undefined;
}

/**
 * Says that an object is a configuration, so that an editor knows its keys.
 *
 * @example
 * import { defineConfig } from 'fwoa';
 * export default defineConfig({ binary: { urlLifetime: '10m' } });
 */
export function defineConfig(config: FwoaConfig): FwoaConfig {
  return config;
}
