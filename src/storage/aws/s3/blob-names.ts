import type { BlobKey } from '../../blob-store.ts';

/** The names of contents in the bucket, below its prefix. */
export interface BlobNames {
  /** Of a version's content: `binary/<id>/<version>`. */
  of(key: BlobKey): string;
  /** Undefined for what is none. */
  parse(name: string): BlobKey | undefined;
  /** With which the names of contents begin. */
  readonly contents: string;
  /** With which those of bytes begin that are not yet the content of anything. */
  readonly staged: string;
}

/** An id of dots alone is a step up or down in a URL: browsers take it out. No id has a `_`. */
const DOTS = /^\.+$/;

export function blobNames(prefix = ''): BlobNames {
  const contents = `${prefix}binary/`;
  return {
    contents,
    staged: `${prefix}staged/`,
    of: ({ id, version }) => `${contents}${DOTS.test(id) ? `_${id}` : id}/${version}`,
    parse(name) {
      if (!name.startsWith(contents)) return undefined;
      const [, id, version] = /^_?([A-Za-z0-9.-]{1,64})\/([1-9]\d{0,14})$/.exec(name.slice(contents.length)) ?? [];
      return id === undefined ? undefined : { id, version: Number(version) };
    },
  };
}
