import type { GatewayEvent } from './gateway-event.ts';

/** What may not stand in a path as it is; `%` only before two hexadecimal digits. */
const NOT_IN_PATHS = /%(?![0-9A-Fa-f]{2})|[^!$&'()*+,\-./0-9:;=@A-Z_a-z~%]+/gu;

/**
 * Path and query of a request as its client meant them: the path as it comes below the stage or the domain's base path, the query
 * encoded again, since the gateway has decoded it once.
 *
 * @param basePath of the service: `/prod`, empty for a root
 */
export function urlOf(event: GatewayEvent, basePath: string): string {
  const query = queryOf(event);
  const path = pathOf(event, basePath).replace(NOT_IN_PATHS, encoded);
  return query === '' ? path : `${path}?${query}`;
}

/**
 * The one of the two paths that lies below the service's base path. When neither does, the request came by another domain or the stage's own
 * address: then what the API's own `{proxy+}` stands for is below the base.
 */
function pathOf({ path, pathParameters, requestContext }: GatewayEvent, basePath: string): string {
  const whole = requestContext?.path;
  for (const candidate of [whole, path]) {
    if (candidate !== undefined && basePath !== '' && isBelow(candidate, basePath)) return candidate;
  }
  const proxy = pathParameters?.proxy;
  return proxy !== undefined && path.endsWith(`/${proxy}`) ? path.slice(-proxy.length - 1) : path;
}

function isBelow(path: string, basePath: string): boolean {
  return path.startsWith(basePath) && (path.length === basePath.length || path[basePath.length] === '/');
}

function queryOf({ multiValueQueryStringParameters: all, queryStringParameters: last }: GatewayEvent): string {
  const pairs: string[] = [];
  for (const [name, values] of Object.entries(all ?? last ?? {})) {
    for (const value of typeof values === 'string' ? [values] : (values ?? [])) {
      pairs.push(`${encodeURIComponent(well(name))}=${encodeURIComponent(well(value))}`);
    }
  }
  return pairs.join('&');
}

function encoded(text: string): string {
  return text === '%' ? '%25' : encodeURIComponent(well(text));
}

/** Half of a surrogate pair is no character: `encodeURIComponent` throws for it. */
function well(text: string): string {
  return Buffer.from(text).toString();
}
