/** A file to import. */
export interface ImportFile {
  /** As it is told to the user. */
  readonly name: string;
  /** The full path. */
  readonly path: string;
  readonly format: 'json' | 'ndjson';
  readonly gzip: boolean;
  /** Bytes on disk. */
  readonly size: number;
}

/** The format that a file's name says; undefined for names that are none of ours. */
export function formatOf(name: string): Pick<ImportFile, 'format' | 'gzip'> | undefined {
  const found = /\.(json|ndjson)(\.gz)?$/i.exec(name);
  if (found === null) return undefined;
  return { format: found[1]?.toLowerCase() === 'json' ? 'json' : 'ndjson', gzip: found[2] !== undefined };
}
