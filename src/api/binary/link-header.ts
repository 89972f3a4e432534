import type { SignedUrl, Transfer } from './signed-urls.ts';

/** Link relations (https://www.iana.org/assignments/link-relations): where media is edited, and where it is. */
const RELATIONS: Readonly<Record<Transfer, string>> = { put: 'edit-media', get: 'enclosure' };

/** A signed URL as a `Link` has it. */
export interface ContentLink extends SignedUrl {
  readonly relation: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * A signed URL as a `Link` header (RFC 8288): `<url>; rel="edit-media"`, and for each header that has to be sent with it
 * `; header="name: value"`.
 */
export function linkHeader(transfer: Transfer, { url, headers = {} }: SignedUrl): string {
  const attributes = [['rel', RELATIONS[transfer]], ...headerLines(headers).map((line) => ['header', line])];
  return `<${url}>; ${attributes.map(([name, value = '']) => `${name}="${value.replace(/[\\"]/g, '\\$&')}"`).join('; ')}`;
}

/** What {@link linkHeader} has written; undefined for another link. */
export function parseLinkHeader(text: string | undefined): ContentLink | undefined {
  const [all, url, relation] = /^<([^>]+)>; rel="(edit-media|enclosure)"/.exec(text ?? '') ?? [];
  if (text === undefined || all === undefined || url === undefined || relation === undefined) return undefined;
  const headers: Record<string, string> = {};
  for (const [, quoted = ''] of text.slice(all.length).matchAll(/; header="((?:[^"\\]|\\.)*)"/g)) {
    const [, name, value] = /^([^:]+): (.*)$/.exec(quoted.replace(/\\(.)/g, '$1')) ?? [];
    if (name !== undefined && value !== undefined) headers[name] = value;
  }
  return { url, relation, headers };
}

/** `name: value`, as they are shown. */
export function headerLines(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
}
