import type { ResolvedConfig } from '../config/resolve-config.ts';
import { type FhirVersion, parseFhirVersion } from '../fhir/fhir-version.ts';

/** The variables that a deployment gives its functions. */
export type Variables = Readonly<Record<string, string | undefined>>;

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Where the data is. */
export interface DataEnvironment {
  readonly fhirVersion: FhirVersion;
  /** The service base URL, without a slash at its end. */
  readonly baseUrl: string;
  /** Whose resources; `-` where there is but one. */
  readonly tenant: string;
  /** Whose metrics; `-` where it is not said. */
  readonly stage: string;
  readonly region: string;
  /** The function's own; they are good as long as its container lives. */
  readonly credentials: AwsCredentials;
  readonly table: { readonly name: string; readonly endpoint?: string | undefined };
  readonly search: {
    readonly endpoint: string;
    /** Begins the names of all indexes. */
    readonly prefix: string;
    /** The service that requests are signed for: a domain's, or a serverless collection's; undefined: they are not. */
    readonly signedFor: 'es' | 'aoss' | undefined;
  };
  /** Where large bodies and the contents of Binaries are. */
  readonly bucket: {
    readonly name: string;
    readonly endpoint?: string | undefined;
    readonly kmsKeyId?: string | undefined;
  };
}

/** The user pool that the deployment has made. */
export interface UserPool {
  readonly issuer: string;
  readonly clientIds: readonly string[];
  /** Where its keys are; default: as it says itself. */
  readonly jwksUri?: string | undefined;
}

export interface ApiEnvironment extends DataEnvironment {
  readonly users: UserPool;
  /** Where events of the audit log go; absent: into the function's own log. */
  readonly audit?: { readonly group: string; readonly endpoint?: string | undefined } | undefined;
  readonly config: Pick<ResolvedConfig, 'roles' | 'replaceDefaultRoles' | 'auth' | 'audit' | 'binary' | 'server'>;
}

/** A variable that is missing or wrong. Names it, and never tells its value. */
export class EnvironmentError extends Error {
  override readonly name = 'EnvironmentError';
}

/** The variables of a function that works on the data. @throws EnvironmentError */
export function readDataEnvironment(variables: Variables): DataEnvironment {
  const { get, optional, url, refuse } = reader(variables);
  const fhirVersion = parseFhirVersion(get('FWOA_FHIR_VERSION'));
  if (fhirVersion === undefined) throw refuse('FWOA_FHIR_VERSION', 'must be 4.0.1 or 3.0.1');
  const signedFor = optional('FWOA_SEARCH_SIGNED_FOR') ?? 'es';
  if (signedFor !== 'es' && signedFor !== 'aoss' && signedFor !== 'none') {
    throw refuse('FWOA_SEARCH_SIGNED_FOR', 'must be es, aoss or none');
  }
  return {
    fhirVersion,
    baseUrl: url('FWOA_BASE_URL'),
    tenant: optional('FWOA_TENANT') ?? '-',
    stage: optional('FWOA_STAGE') ?? '-',
    region: get('AWS_REGION'),
    credentials: {
      accessKeyId: get('AWS_ACCESS_KEY_ID'),
      secretAccessKey: get('AWS_SECRET_ACCESS_KEY'),
      sessionToken: optional('AWS_SESSION_TOKEN'),
    },
    table: { name: get('FWOA_TABLE'), endpoint: optionalUrl(variables, 'FWOA_TABLE_ENDPOINT') },
    search: {
      endpoint: url('FWOA_SEARCH_ENDPOINT'),
      prefix: get('FWOA_SEARCH_PREFIX'),
      signedFor: signedFor === 'none' ? undefined : signedFor,
    },
    bucket: {
      name: get('FWOA_BUCKET'),
      endpoint: optionalUrl(variables, 'FWOA_BUCKET_ENDPOINT'),
      kmsKeyId: optional('FWOA_KMS_KEY'),
    },
  };
}

/**
 * The variables of the function that answers requests.
 *
 * `FWOA_CONFIG` is the configuration as `resolveConfig` gives it, in JSON: the deployment has checked it.
 *
 * @throws EnvironmentError
 */
export function readApiEnvironment(variables: Variables): ApiEnvironment {
  const { get, optional, url, refuse } = reader(variables);
  const data = readDataEnvironment(variables);
  const clientIds = get('FWOA_USER_CLIENT_IDS')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  if (clientIds.length === 0) throw refuse('FWOA_USER_CLIENT_IDS', 'must name one at least');
  const group = optional('FWOA_AUDIT_LOG_GROUP');
  return {
    ...data,
    audit: group === undefined ? undefined : { group, endpoint: optionalUrl(variables, 'FWOA_LOGS_ENDPOINT') },
    users: { issuer: url('FWOA_USER_ISSUER'), clientIds, jwksUri: optionalUrl(variables, 'FWOA_USER_KEYS') },
    config: configOf(variables),
  };
}

const CONFIG_PARTS = ['auth', 'audit', 'binary', 'server'] as const;

function configOf(variables: Variables): ApiEnvironment['config'] {
  const { get, refuse } = reader(variables);
  const name = 'FWOA_CONFIG';
  let config: unknown;
  try {
    config = JSON.parse(get(name));
  } catch (error) {
    if (error instanceof EnvironmentError) throw error;
    throw refuse(name, 'must be JSON');
  }
  if (!isObject(config)) throw refuse(name, 'must be an object');
  if (!Array.isArray(config.roles)) throw refuse(name, 'must have "roles", a list');
  for (const part of CONFIG_PARTS) {
    if (!isObject(config[part])) throw refuse(name, `must have "${part}", an object`);
  }
  // Its parts were checked when it was deployed; a role or limit that is not as its type says is one of another version.
  return config as unknown as ApiEnvironment['config'];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reader(variables: Variables) {
  const optional = (name: string) => (variables[name] === '' ? undefined : variables[name]);
  const refuse = (name: string, rule: string) => new EnvironmentError(`The environment variable ${name} ${rule}.`);
  const get = (name: string): string => {
    const value = optional(name);
    if (value === undefined) throw refuse(name, 'is missing');
    return value;
  };
  const url = (name: string): string => {
    const value = get(name);
    if (!/^https?:\/\//.test(value) || !URL.canParse(value)) throw refuse(name, 'must be a URL');
    return value.replace(/\/+$/, '');
  };
  return { optional, refuse, get, url };
}

function optionalUrl(variables: Variables, name: string): string | undefined {
  const { optional, url } = reader(variables);
  return optional(name) === undefined ? undefined : url(name);
}
