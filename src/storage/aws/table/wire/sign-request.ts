import { createHash, createHmac } from 'node:crypto';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}

/** Signs a POST to `/` of one service and region. */
export type SignRequest = (
  credentials: Credentials,
  /** Lower-case names; all of them are signed. */
  headers: Readonly<Record<string, string>>,
  body: string,
  /** ms since the epoch. */
  time: number,
) => Record<string, string>;

/**
 * AWS Signature Version 4, with what makes it cheap: the key that is derived from secret, day, region and service is kept for the day.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function createSigner(region: string, service: string): SignRequest {
  let kept: { readonly secret: string; readonly day: string; readonly key: Buffer } | undefined;

  function keyOf(secret: string, day: string): Buffer {
    if (kept?.secret === secret && kept.day === day) return kept.key;
    const key = [day, region, service, 'aws4_request'].reduce<Buffer | string>(hmac, `AWS4${secret}`);
    kept = { secret, day, key: Buffer.from(key) };
    return kept.key;
  }

  return ({ accessKeyId, secretAccessKey, sessionToken }, headers, body, time) => {
    const date = `${new Date(time).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;
    const day = date.slice(0, 8);
    const all: Record<string, string> = { ...headers, 'x-amz-date': date };
    if (sessionToken !== undefined) all['x-amz-security-token'] = sessionToken;
    const names = Object.keys(all).sort();
    const signed = names.join(';');
    const lines = names.map((name) => `${name}:${all[name]}\n`).join('');
    const scope = `${day}/${region}/${service}/aws4_request`;
    const toSign = `AWS4-HMAC-SHA256\n${date}\n${scope}\n${sha256(`POST\n/\n\n${lines}\n${signed}\n${sha256(body)}`)}`;
    const signature = hmac(keyOf(secretAccessKey, day), toSign).toString('hex');
    all.authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signed}, Signature=${signature}`;
    return all;
  };
}

function hmac(key: Buffer | string, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: string): string {
  return createHash('sha256').update(data).digest('hex');
}
