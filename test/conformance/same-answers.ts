import type { Operation } from './random-operations.ts';
import { BASE_URL, type TestApi, type TestResponse } from './test-api.ts';

type Json = Record<string, unknown>;

/** What two servers must agree in about an operation. */
export interface Answer {
  readonly status: number;
  readonly headers: Json;
  readonly body: unknown;
}

/** Headers that do not say what was done. */
const UNSAID: ReadonlySet<string> = new Set(['x-request-id', 'date']);

/** Of an answer, as many are read. */
const MOST_PAGES = 40;

/** An operation's answer, all its pages if it has several, without what engines may do as they like. */
export async function answerOf(api: TestApi, operation: Operation): Promise<Answer> {
  const first = await api.send(operation.method, operation.url, operation);
  const body = parse(first);
  const headers = Object.fromEntries(Object.entries(first.headers).filter(([name]) => !UNSAID.has(name)));
  if (!isBundle(body) || !['searchset', 'history'].includes(String(body.type))) {
    return { status: first.status, headers, body: withoutInstants(withoutTotals(body)) };
  }
  const pages = [body];
  let next = linkOf(body);
  for (; next !== undefined && pages.length < MOST_PAGES; next = linkOf(pages.at(-1) ?? {})) {
    const page = parse(await api.send('GET', next.slice(BASE_URL.length)));
    if (!isBundle(page)) throw new Error(`a page is none: ${JSON.stringify(page).slice(0, 300)}`);
    pages.push(page);
  }
  const ordered = /[?&]_sort=/.test(operation.url);
  const bodies = pages.map((page) => ({ ...withoutTotals(page, operation.url), link: linksOf(page) }));
  if (body.type === 'history') return { status: first.status, headers, body: newestFirst(bodies, next !== undefined) };
  return { status: first.status, headers, body: ordered ? bodies.map(sortIncluded) : inAnyOrder(bodies) };
}

function parse({ text }: TestResponse): unknown {
  return text === '' ? undefined : JSON.parse(text);
}

function isBundle(body: unknown): body is Json {
  return typeof body === 'object' && body !== null && (body as Json).resourceType === 'Bundle';
}

function links(bundle: Json): { relation: string; url: string }[] {
  return (bundle.link ?? []) as { relation: string; url: string }[];
}

function linkOf(bundle: Json): string | undefined {
  return links(bundle).find(({ relation }) => relation === 'next')?.url;
}

function linksOf(bundle: Json): unknown {
  return links(bundle).map(({ relation, url }) => [relation, url.replace(/_cursor=[\w-]*/g, '')]);
}

/** Without a Bundle's own id, without cursors, and without totals that were not asked for: an engine gives those it knows, also within a batch. */
function withoutTotals(body: unknown, url = ''): Json {
  const asked = /_total=accurate|_summary=count/.test(url);
  const kept = JSON.stringify(body ?? null, (name, value) => {
    if (name === 'total' && !asked) return undefined;
    return isBundle(value) ? { ...value, id: undefined } : value;
  });
  return JSON.parse(kept.replace(/_cursor=[\w-]*/g, ''));
}

/**
 * All pages of a history in one. Of what was written at the same time the order is the engine's: where more pages follow, it decides too what of the
 * oldest time read is still on the last page, and that time is left out.
 */
function newestFirst(pages: readonly Json[], goesOn: boolean): unknown {
  const all = pages.flatMap((page) => (page.entry ?? []) as Entry[]);
  const timeOf = ({ response }: Entry) => String(response?.lastModified);
  for (const [i, entry] of all.entries()) {
    const before = all[i - 1];
    if (before !== undefined && timeOf(before) < timeOf(entry)) throw new Error('a history goes back and forth');
  }
  const oldest = timeOf(all.at(-1) ?? {});
  const whole = goesOn ? all.filter((entry) => timeOf(entry) !== oldest) : all;
  const key = (entry: Entry) => `${timeOf(entry)} ${entry.fullUrl} ${entry.response?.etag}`;
  return whole.sort((a, b) => (key(a) < key(b) ? 1 : -1));
}

/** Histories that a batch or transaction has asked for, a page of each. */
function withoutInstants(body: Json): Json {
  if (body?.type !== 'batch-response' && body?.type !== 'transaction-response') return body;
  const entries = (body.entry ?? []) as (Entry & { readonly resource?: Json })[];
  const entry = entries.map((each) => {
    const { resource } = each;
    if (!isBundle(resource) || resource.type !== 'history') return each;
    return { ...each, resource: { ...resource, entry: newestFirst([resource], linkOf(resource) !== undefined) } };
  });
  return { ...body, entry };
}

interface Entry {
  readonly response?: { readonly lastModified?: string; readonly etag?: string };
  readonly fullUrl?: string;
  readonly search?: { readonly mode: string };
}

function byUrl(a: Entry, b: Entry): number {
  return String(a.fullUrl) < String(b.fullUrl) ? -1 : 1;
}

/** What is included has no order. */
function sortIncluded(page: Json): Json {
  const entries = (page.entry ?? []) as Entry[];
  const included = entries.filter(({ search }) => search?.mode === 'include').sort(byUrl);
  return { ...page, entry: [...entries.filter(({ search }) => search?.mode !== 'include'), ...included] };
}

/** All pages as one set: without `_sort` the order is the engine's, and so is what stands on which page. */
function inAnyOrder(pages: readonly Json[]): unknown {
  const all = new Map<string, Entry>();
  for (const entry of pages.flatMap((page) => (page.entry ?? []) as Entry[])) {
    const known = all.get(String(entry.fullUrl));
    // Included on one page, a match on another one.
    if (known === undefined || known.search?.mode === 'include') all.set(String(entry.fullUrl), entry);
  }
  return [...all.values()].sort(byUrl);
}
