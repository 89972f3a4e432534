import * as z from 'zod';
import { deploySchema } from './deploy-schema.ts';
import { parseDuration } from './duration.ts';
import { type Duration, type FwoaConfig, INTERACTION_NAMES } from './fwoa-config.ts';

const duration = z.custom<Duration>(
  (value) => typeof value === 'string' && parseDuration(value) !== undefined,
  'is no duration. Write a number and its unit (s, m, h, d): "90s", "5m", "1h", "30d"',
);
const positive = (number: z.ZodNumber) => number.positive('must be more than 0');
const count = positive(z.int('must be a whole number'));
const text = z.string().min(1, 'must not be empty');

/** As a Cognito group or an OIDC claim may name it too, and as it can be typed. */
const NAME = /^[A-Za-z0-9][\w.-]{0,63}$/;
const roleName = z.string().regex(NAME, 'is no name for a role: letters, digits, ".", "_" and "-", 64 at most');

const rule = z.strictObject({
  interactions: z.array(z.enum(['*', ...INTERACTION_NAMES])).min(1, 'names no interaction'),
  types: z.union([z.literal('*'), z.array(text).min(1, 'names no type')], 'must be "*" or a list of resource types'),
});

const role = z.strictObject({ description: text.optional(), rules: z.array(rule) });

const https = z.string().refine(isHttps, 'must be an https URL');

const issuer = z
  .strictObject({
    issuer: https,
    audience: text.optional(),
    clientIds: z.array(text).min(1, 'names no client').optional(),
    tokenUse: z.enum(['access', 'unstated']).optional(),
    jwksUri: https.optional(),
    groupsClaim: text.optional(),
    usernameClaim: text.optional(),
    roles: z.record(z.string(), roleName).optional(),
  })
  .refine(
    ({ audience, clientIds }) => audience !== undefined || clientIds !== undefined,
    'needs "audience" or "clientIds": without them tokens that are meant for others would be taken',
  );

const auth = z.strictObject({
  issuers: z.array(issuer).optional(),
  tokenLifetime: duration.optional(),
  refreshLifetime: duration.optional(),
  lockout: z.strictObject({ attempts: count.optional(), duration: duration.optional() }).optional(),
});

const clients = z.strictObject({
  defaultRate: z
    .strictObject({ perSecond: positive(z.number()), burst: z.number().min(1, 'must be at least 1') })
    .optional(),
  defaultQuota: z.strictObject({ requests: count, per: z.enum(['day', 'month']) }).optional(),
});

const audit = z.strictObject({
  queryValues: z.boolean().optional(),
  onFailure: z.enum(['refuse', 'continue']).optional(),
  rotate: z.strictObject({ megabytes: positive(z.number()).optional() }).optional(),
  keep: duration.optional(),
});

const binary = z.strictObject({
  urlLifetime: duration.optional(),
  maxBytes: count.optional(),
  inlineBytes: z.int('must be a whole number').min(0, 'must not be negative').optional(),
  restrictToAddress: z.boolean().optional(),
});

const server = z.strictObject({
  cors: z
    .strictObject({
      origins: z.array(
        z
          .string()
          .refine(isOrigin, 'is no origin: write scheme, host and port alone, "https://app.example.org", or "*"'),
      ),
    })
    .optional(),
  limits: z
    .strictObject({
      bodyBytes: count.optional(),
      headerBytes: count.optional(),
      headers: count.optional(),
      urlLength: count.optional(),
      connections: count.optional(),
    })
    .optional(),
  timeouts: z
    .strictObject({
      headers: duration.optional(),
      idle: duration.optional(),
      keepAlive: duration.optional(),
      close: duration.optional(),
    })
    .optional(),
});

/** What a configuration must be. Each message goes on after the path of what is wrong. */
export const configSchema = z.strictObject({
  roles: z.record(roleName, role).optional(),
  replaceDefaultRoles: z.boolean().optional(),
  auth: auth.optional(),
  clients: clients.optional(),
  audit: audit.optional(),
  binary: binary.optional(),
  server: server.optional(),
  deploy: deploySchema.optional(),
}) satisfies z.ZodType<FwoaConfig>;

/** The keys that stand at a path. */
export function knownKeys(path: readonly (string | number)[]): readonly string[] {
  let schema: unknown = configSchema;
  for (const step of path) {
    schema = unwrapped(schema);
    if (schema instanceof z.ZodObject) schema = schema.shape[step];
    else if (schema instanceof z.ZodRecord && typeof step === 'string') schema = schema.valueType;
    else if (schema instanceof z.ZodArray && typeof step === 'number') schema = schema.element;
    else return [];
  }
  schema = unwrapped(schema);
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

function unwrapped(schema: unknown): unknown {
  return schema instanceof z.ZodOptional ? schema.unwrap() : schema;
}

function isOrigin(text: string): boolean {
  return (
    text === '*' || (/^https?:\/\//.test(text) && URL.canParse(text) && new URL(text).origin === text.toLowerCase())
  );
}

function isHttps(text: string): boolean {
  return text.startsWith('https://') && URL.canParse(text);
}
