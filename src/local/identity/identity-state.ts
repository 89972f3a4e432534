import type { ChosenOptions } from './identity-options.ts';
import type { IdentityTables } from './identity-tables.ts';
import type { IdentityView } from './identity-view.ts';
import type { UsageWriter } from './usage-writer.ts';

/** An identity database that is open: what its parts share. */
export interface IdentityState {
  readonly issuer: string;
  readonly options: ChosenOptions;
  readonly tables: IdentityTables;
  readonly view: IdentityView;
  readonly usage: UsageWriter;
  /** A change that holds at once, here and in other processes: one transaction, and all that is remembered is looked at again. */
  change<T>(work: () => T): T;
}
