import type { RateLimit } from '../../auth/identity-admin.ts';
import { DEFAULT_COST, type ScryptCost } from './password.ts';
import type { SigningAlgorithm } from './signing-keys.ts';
import type { LockOut } from './users.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** What can be chosen of the local identity. */
export interface IdentityOptions {
  /** The claim `iss` of its tokens: the server's base URL. Default: that of the last server on the folder, else `http://127.0.0.1:8080`. */
  readonly issuer?: string | undefined;
  /** The claim `client_id` of its tokens; default `fwoa-local`. */
  readonly clientId?: string | undefined;
  /** The roles that a user may have; default: any. */
  readonly roles?: readonly string[] | undefined;
  /** Of a client system that is added without one; default 50 a second, 100 at once. */
  readonly rate?: RateLimit | undefined;
  /** Default `ES256`; takes effect with the next signing key. */
  readonly algorithm?: SigningAlgorithm | undefined;
  /** ms; default 1 h. */
  readonly accessLifetime?: number | undefined;
  /** From the sign-in to the last refresh, ms; default 30 days. */
  readonly refreshLifetime?: number | undefined;
  /** How long a signing key is used, ms; default 90 days. */
  readonly keyLifetime?: number | undefined;
  /** Default: for 15 minutes after 5 wrong passwords in a row. */
  readonly lockOut?: LockOut | undefined;
  /** Default {@link DEFAULT_COST}; a user's hash is brought to it when they sign in. */
  readonly passwordCost?: ScryptCost | undefined;
  /** ms since the epoch; default: the machine's clock. */
  readonly now?: (() => number) | undefined;
  /** Gets what fails in the background; default: a warning of the process. */
  readonly report?: ((error: unknown) => void) | undefined;
}

/** The options with their defaults, but for the issuer, whose default is in the database. */
export type ChosenOptions = {
  readonly [K in Exclude<keyof IdentityOptions, 'issuer' | 'roles'>]-?: NonNullable<IdentityOptions[K]>;
} & Pick<IdentityOptions, 'roles'>;

export function chosenOptions(options: IdentityOptions): ChosenOptions {
  return {
    roles: options.roles,
    clientId: options.clientId ?? 'fwoa-local',
    rate: options.rate ?? { perSecond: 50, burst: 100 },
    algorithm: options.algorithm ?? 'ES256',
    accessLifetime: options.accessLifetime ?? 60 * MINUTE,
    refreshLifetime: options.refreshLifetime ?? 30 * DAY,
    keyLifetime: options.keyLifetime ?? 90 * DAY,
    lockOut: options.lockOut ?? { failures: 5, lasts: 15 * MINUTE },
    passwordCost: options.passwordCost ?? DEFAULT_COST,
    now: options.now ?? Date.now,
    report: options.report ?? warn,
  };
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
