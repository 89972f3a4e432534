import * as z from 'zod';

/** For which CloudWatch Logs can keep a log group, days. */
const LOG_DAYS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

const text = z.string().min(1, 'must not be empty');
const count = z.int('must be a whole number').positive('must be more than 0');
const days = z
  .number()
  .refine((value) => LOG_DAYS.includes(value), `is not what CloudWatch Logs offers: ${LOG_DAYS.join(', ')}`);
const https = z.string().refine((value) => value.startsWith('https://') && URL.canParse(value), 'must be an https URL');
const arn = z.string().regex(/^arn:[\w-]+:[\w-]+:/, 'is no ARN');
/** A network in CIDR notation. */
const network = z.string().regex(/^[\da-f.:]+\/\d{1,3}$/i, 'is no network: write it as "203.0.113.0/24"');

/** As Cognito takes it. */
const provider = z.string().regex(/^[^_\s][^\s]{2,31}$/, 'has 3 to 32 characters, none of them a space');

const existing = z
  .strictObject({
    endpoint: z.string().refine(isEndpoint, 'must be an https URL; http only for this machine'),
    signedFor: z.enum(['es', 'aoss', 'none']),
    arn: arn.optional(),
  })
  .refine(({ signedFor, arn: of }) => signedFor === 'none' || of !== undefined, 'needs "arn", for the permissions');

const federation = z.union(
  [
    z.strictObject({ name: provider, saml: z.strictObject({ metadataUrl: https }) }),
    z.strictObject({
      name: provider,
      oidc: z.strictObject({ issuer: https, clientId: text, clientSecretName: text }),
    }),
  ],
  'must have "name" and either "saml" or "oidc"',
);

/** What `deploy` must be. */
export const deploySchema = z.strictObject({
  alarmEmail: z.email('is no e-mail address').optional(),
  tags: z
    .record(
      z.string().regex(/^(?!aws:|fwoa:)[\w .:/=+@-]{1,128}$/, 'is no tag: "aws:" and "fwoa:" are not for you'),
      z.string().max(256, 'must be 256 characters at most'),
    )
    .optional(),
  logs: z.strictObject({ days: days.optional(), auditDays: days.optional() }).optional(),
  api: z
    .strictObject({
      throttle: z.strictObject({ perSecond: z.number().positive('must be more than 0'), burst: count }).optional(),
      waf: z.strictObject({ requestsPer5Minutes: z.int().min(10, 'must be at least 10') }).optional(),
      domain: z.strictObject({ name: text, certificateArn: arn }).optional(),
      vpcEndpointIds: z.array(z.string().regex(/^vpce-/, 'is no VPC endpoint: "vpce-…"')).optional(),
    })
    .optional(),
  functions: z
    .strictObject({
      memory: z.int().min(256, 'must be at least 256').max(10_240, 'must be at most 10240').optional(),
      reserved: count.optional(),
      provisioned: count.optional(),
    })
    .optional(),
  search: z
    .strictObject({
      existing: existing.optional(),
      instanceType: z.string().endsWith('.search', 'is no instance type: "r7g.large.search"').optional(),
      instances: count.optional(),
      volumeGb: z.int().min(10, 'must be at least 10').optional(),
    })
    .optional(),
  users: z
    .strictObject({
      mfa: z.enum(['off', 'optional', 'required']).optional(),
      callbackUrls: z.array(https).optional(),
      federation: z.array(federation).optional(),
    })
    .optional(),
  bucket: z.strictObject({ networks: z.array(network).optional() }).optional(),
});

function isEndpoint(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return protocol === 'https:' || (protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname));
}
