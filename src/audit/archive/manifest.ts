import { createHash } from 'node:crypto';

/** Folder of the manifests. */
export const MANIFESTS = 'manifests/';

/** What is said of an object of the archive: version 1, described in docs/archive.md. */
export interface ManifestFacts {
  /** The archive's: the same in all its manifests. */
  readonly archive: string;
  /** From 1 on, without a gap. */
  readonly sequence: number;
  /** The hash of the manifest before; null in the first one. */
  readonly previous: string | null;
  readonly source: string;
  /** `2026-11-24T13`, UTC. */
  readonly hour: string;
  /** The object's path. */
  readonly object: string;
  /** True when the hour has been archived before, and this is what came later. */
  readonly supplement: boolean;
  readonly events: number;
  readonly firstEvent: string;
  readonly lastEvent: string;
  /** Of the object. */
  readonly bytes: number;
  readonly sha256: string;
  /** Of what is packed in it. */
  readonly plainBytes: number;
  readonly plainSha256: string;
  /** When, by the archiver's clock. */
  readonly created: string;
}

export interface Manifest extends ManifestFacts {
  readonly schema: 1;
  /** SHA-256 of the other fields as they stand in the manifest. */
  readonly hash: string;
}

/** Makes the manifest with its hash. */
export function sealManifest(facts: ManifestFacts): Manifest {
  const { archive, sequence, previous, source, hour, object, supplement, events, firstEvent, lastEvent } = facts;
  const { bytes, sha256, plainBytes, plainSha256, created } = facts;
  // In an order of our own: it is hashed as it is written.
  const ordered: Omit<Manifest, 'hash'> = {
    ...{ schema: 1, archive, sequence, previous, source, hour, object, supplement },
    ...{ events, firstEvent, lastEvent, bytes, sha256, plainBytes, plainSha256, created },
  };
  return { ...ordered, hash: sha256Of(JSON.stringify(ordered)) };
}

/** A manifest as it is kept. */
export function manifestText(manifest: Manifest): string {
  return `${JSON.stringify(manifest)}\n`;
}

/** Reads a manifest; undefined when it is none, or not byte by byte what was sealed. */
export function readManifest(text: string): Manifest | undefined {
  try {
    const manifest = JSON.parse(text) as Manifest;
    if (manifest.schema !== 1) return undefined;
    const sealed = sealManifest(manifest);
    return manifestText(sealed) === text ? sealed : undefined;
  } catch {
    return undefined;
  }
}

/** Where the manifest of a sequence number is: in the order of the paths. */
export function manifestPath(sequence: number): string {
  return `${MANIFESTS}${String(sequence).padStart(10, '0')}.json`;
}

export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
