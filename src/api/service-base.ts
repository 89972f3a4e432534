/** Path and query of a request, below the service base URL. */
export interface BelowBase {
  readonly path: string;
  /** Without `?`. */
  readonly query: string;
}

/**
 * The path of a base URL, without a slash at its end: `/fhir`; empty for a server's root.
 *
 * @throws TypeError for what is no URL.
 */
export function basePathOf(baseUrl: string): string {
  return new URL(baseUrl).pathname.replace(/\/+$/, '');
}

/**
 * Splits a request's URL. A proxy may have taken the base path away already: then it is simply not there.
 *
 * @param url as HTTP has it: a path with a query, or (from proxies) a whole URL.
 */
export function belowBase(url: string, basePath: string): BelowBase {
  const start = url.startsWith('/') ? 0 : pathStart(url);
  const mark = url.indexOf('?', start);
  const path = mark < 0 ? url.slice(start) : url.slice(start, mark);
  const query = mark < 0 ? '' : url.slice(mark + 1);
  const below =
    basePath !== '' && path.startsWith(basePath) && (path.length === basePath.length || path[basePath.length] === '/');
  return { path: below ? path.slice(basePath.length) : path, query };
}

function pathStart(url: string): number {
  const scheme = /^https?:\/\//i.exec(url);
  if (scheme === null) return 0;
  const slash = url.indexOf('/', scheme[0].length);
  return slash < 0 ? url.length : slash;
}
