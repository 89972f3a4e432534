import type { LoadTarget } from '../load/load.ts';

/** What is measured of a server, whichever it is: asked of itself, as ids are its own. */
export interface PeerData {
  readonly patients: readonly { readonly id: string; readonly family: string }[];
  /** Observations, as a client would create them again. */
  readonly observations: readonly Record<string, unknown>[];
}

interface Searchset {
  readonly link?: readonly { readonly relation: string; readonly url: string }[];
  readonly entry?: readonly { readonly resource: Record<string, unknown> }[];
}

/** Reads through searches, page by page. */
export async function readPeerData(target: LoadTarget, observations: number): Promise<PeerData> {
  const patients = await searchAll(target, '/Patient?_count=50', Number.POSITIVE_INFINITY);
  const found = await searchAll(target, '/Observation?_count=200', observations);
  return {
    patients: patients.map((patient) => {
      const { id, name } = patient as { id: string; name: { family: string }[] };
      return { id, family: name[0]?.family ?? '' };
    }),
    observations: found.map(({ id: _id, meta: _meta, ...rest }) => rest),
  };
}

async function searchAll(
  { url: base, headers }: LoadTarget,
  first: string,
  most: number,
): Promise<Record<string, unknown>[]> {
  const found: Record<string, unknown>[] = [];
  let url: string | undefined = base + first;
  while (url !== undefined && found.length < most) {
    const response: Response = await fetch(url, { headers: { accept: 'application/fhir+json', ...headers } });
    if (!response.ok) throw new Error(`${url} answered ${response.status}: ${(await response.text()).slice(0, 500)}`);
    const { entry = [], link = [] } = (await response.json()) as Searchset;
    found.push(...entry.map(({ resource }) => resource));
    url = link.find(({ relation }) => relation === 'next')?.url;
  }
  return found.slice(0, most);
}
