import type { Client } from '@opensearch-project/opensearch';
import type { StoredVersion } from '../../store.ts';
import type { IsCaseSensitive } from './compile-match.ts';

/** What searches are answered with. */
export interface SearchContext {
  readonly client: Client;
  /** The index, or its alias, that has the resources of a type. */
  readonly indexOf: (type: string) => string;
  readonly isCaseSensitive: IsCaseSensitive;
  /** A version whose body is too large for the index. */
  readonly readVersion: (type: string, id: string, version: number) => Promise<StoredVersion | undefined>;
  /** Resources that a chain or `_has` may lead over; default 100,000. */
  readonly maxLinked?: number | undefined;
  /** Included resources of one page; default 10,000. */
  readonly maxIncluded?: number | undefined;
  /** ms in which a request is tried again; default 10,000. */
  readonly budget?: number | undefined;
}
