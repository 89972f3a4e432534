/** What is put into the archive: a file of ours, or a text. */
export type Content =
  | { readonly file: string; readonly bytes: number; readonly sha256: string }
  | { readonly text: string };

/** A place that keeps an archive: paths with `/`, nothing ever overwritten. */
export interface ArchiveTarget {
  /** As it was named: `./archive`, `s3://bucket/prefix`. */
  readonly name: string;
  /** The paths that begin with a folder's, in their order. */
  list(folder: string): AsyncIterable<string>;
  /** The content; undefined when there is none. */
  read(path: string): Promise<AsyncIterable<Uint8Array> | undefined>;
  /** All or nothing, durable when it resolves. @returns false when there is something already */
  create(path: string, content: Content): Promise<boolean>;
  /** Of what this run has made and no manifest names. */
  remove(path: string): Promise<void>;
  close(): void;
}

/** A small content whole. */
export async function readText(target: ArchiveTarget, path: string): Promise<string | undefined> {
  const content = await target.read(path);
  if (content === undefined) return undefined;
  const chunks: Uint8Array[] = [];
  for await (const chunk of content) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
