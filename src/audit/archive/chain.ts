import { type Manifest, manifestPath, readManifest } from './manifest.ts';

/** How an archive is found not to be what was written. */
export type BreakKind =
  | 'manifest-missing'
  | 'manifest-altered'
  | 'manifest-out-of-place'
  | 'chain-broken'
  | 'end-cut-off'
  | 'end-replaced'
  | 'object-missing'
  | 'object-altered'
  | 'content-mismatch';

/** The first place where an archive is not what was written. */
export interface ChainBreak {
  readonly kind: BreakKind;
  readonly sequence: number;
  readonly path: string;
  /** One sentence. */
  readonly what: string;
}

/** The newest manifest, by which a chain is known to be whole: kept elsewhere, it shows when the end is cut off. */
export interface ChainHead {
  readonly archive: string;
  readonly sequence: number;
  readonly hash: string;
}

/** Checks that a manifest's text follows the one before. */
export function nextLink(
  text: string | undefined,
  before: Manifest | undefined,
): { readonly manifest: Manifest } | { readonly broken: ChainBreak } {
  const sequence = (before?.sequence ?? 0) + 1;
  const broken = (kind: BreakKind, what: string) => ({
    broken: { kind, sequence, path: manifestPath(sequence), what },
  });
  if (text === undefined)
    return broken('manifest-missing', `Manifest ${sequence} is missing, but there are later ones.`);
  const manifest = readManifest(text);
  if (manifest === undefined) return broken('manifest-altered', `Manifest ${sequence} is not what was written.`);
  if (manifest.sequence !== sequence)
    return broken('manifest-out-of-place', `In the place of manifest ${sequence} is manifest ${manifest.sequence}.`);
  if (manifest.previous !== (before?.hash ?? null) || (before && manifest.archive !== before.archive))
    return broken('chain-broken', `Manifest ${sequence} does not follow the one before it: one of both was replaced.`);
  return { manifest };
}

/** Checks that a chain still has what was its end once. */
export function checkHead(chain: readonly Manifest[], head: Omit<ChainHead, 'archive'>): ChainBreak | undefined {
  const { sequence } = head;
  const place = { sequence, path: manifestPath(sequence) };
  const manifest = chain[sequence - 1];
  if (manifest === undefined) {
    const what = `The archive had ${sequence} manifests; it ends after ${chain.length}: its end was cut off.`;
    return { kind: 'end-cut-off', ...place, what };
  }
  if (manifest.hash === head.hash) return undefined;
  return { kind: 'end-replaced', ...place, what: `Manifest ${sequence} is not the one that was there once.` };
}

export function headOf(chain: readonly Manifest[]): ChainHead | undefined {
  const last = chain.at(-1);
  return last && { archive: last.archive, sequence: last.sequence, hash: last.hash };
}

/** `17:5f2b…`, as it is told and typed. */
export function headText({ sequence, hash }: Omit<ChainHead, 'archive'>): string {
  return `${sequence}:${hash}`;
}

export function parseHead(text: string): Omit<ChainHead, 'archive'> | undefined {
  const [, sequence, hash] = /^([1-9]\d{0,9}):([0-9a-f]{64})$/.exec(text) ?? [];
  return sequence === undefined || hash === undefined ? undefined : { sequence: Number(sequence), hash };
}
