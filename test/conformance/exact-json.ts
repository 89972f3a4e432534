/** A JSON document in which every number is the text it was written as. Not the server's own parser: this one checks it. */
export function parseExactly(text: string): unknown {
  const marked = text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g, (token) =>
    token.startsWith('"') ? token : `"\\u0000number ${token}"`,
  );
  return JSON.parse(marked);
}

/** A resource without what a server sets: version and time. */
export function withoutServerMeta(resource: unknown): unknown {
  if (typeof resource !== 'object' || resource === null || !('meta' in resource)) return resource;
  const { meta, ...rest } = resource;
  if (typeof meta !== 'object' || meta === null) return resource;
  const kept = Object.fromEntries(
    Object.entries(meta).filter(([name]) => name !== 'versionId' && name !== 'lastUpdated'),
  );
  return Object.keys(kept).length === 0 ? rest : { ...rest, meta: kept };
}
