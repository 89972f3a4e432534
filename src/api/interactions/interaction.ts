/** What a request asks for, by its method and path (https://hl7.org/fhir/R4/http.html#summary). */
export type Interaction =
  | { readonly name: 'read'; readonly type: string; readonly id: string }
  | { readonly name: 'vread'; readonly type: string; readonly id: string; readonly version: string }
  | { readonly name: 'update'; readonly type: string; readonly id: string }
  | { readonly name: 'update-conditional'; readonly type: string }
  | { readonly name: 'delete'; readonly type: string; readonly id: string }
  | { readonly name: 'delete-conditional'; readonly type: string }
  | { readonly name: 'history-instance'; readonly type: string; readonly id: string }
  | { readonly name: 'history-type'; readonly type: string }
  | { readonly name: 'history-system' }
  | { readonly name: 'create'; readonly type: string }
  | { readonly name: 'search-type'; readonly type: string; readonly form: boolean }
  | { readonly name: 'search-system'; readonly form: boolean }
  | {
      readonly name: 'search-compartment';
      readonly compartment: { readonly type: string; readonly id: string };
      /** Undefined: `*`, all that can be in the compartment. */
      readonly type?: string | undefined;
      /** The parameters are in the body too: `_search`. */
      readonly form: boolean;
    }
  | { readonly name: 'capabilities' }
  /** Batch or transaction: its Bundle says which. */
  | { readonly name: 'batch' }
  | {
      readonly name: 'operation';
      /** Without the `$`. */
      readonly operation: string;
      readonly type?: string | undefined;
      readonly id?: string | undefined;
    };

export type InteractionName = Interaction['name'];

/** The interaction of a name. */
export type InteractionOf<N extends InteractionName> = Extract<Interaction, { readonly name: N }>;
