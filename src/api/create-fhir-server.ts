import { randomUUID } from 'node:crypto';
import { outcomeOf } from '../audit/audit-event.ts';
import { type AuditPort, NO_AUDIT } from '../audit/audit-port.ts';
import { type AuditFailure, createRecorder, type Recorder } from '../audit/create-recorder.ts';
import { rememberPatients } from '../audit/scan-patients.ts';
import { Trail } from '../audit/trail.ts';
import { type AuthPort, type Caller, OPEN_ACCESS } from '../auth/auth-port.ts';
import type { Definitions } from '../fhir/definitions/definitions.ts';
import { badRequest } from '../fhir/operation-outcome.ts';
import { parseQueryString } from '../fhir/search/parse-query-string.ts';
import type { SearchContext, UnitConverter } from '../fhir/search/search-context.ts';
import type { Terminology } from '../fhir/terminology/terminology.ts';
import type { Store } from '../storage/store.ts';
import type { BinarySupport } from './binary/binary-support.ts';
import { wantsContent } from './binary/native-content.ts';
import type { BundleHandler, EntryRunner } from './bundle-handler.ts';
import type { Call } from './call.ts';
import { createClock } from './clock.ts';
import { dispatch, type SpecialInteractions } from './dispatch.ts';
import { asFhirError, internalError } from './errors.ts';
import type { FhirRequest, FhirResponse } from './http.ts';
import { createCapabilities } from './interactions/capabilities.ts';
import type { Interaction } from './interactions/interaction.ts';
import { parsePreferences } from './negotiation/preferences.ts';
import { parsePresentation, requireSummary } from './negotiation/presentation.ts';
import { type OutcomeStyle, renderError } from './render/render-outcome.ts';
import { route } from './router.ts';
import { DEFAULT_LIMITS, type Limits, type ServerContext } from './server-context.ts';
import { basePathOf, belowBase } from './service-base.ts';
import { storedValueSets } from './stored-value-sets.ts';
import { type WatchedStore, watchStore } from './write/until-searchable.ts';

export interface FhirServerOptions {
  readonly definitions: Definitions;
  readonly terminology: Terminology;
  readonly units: UnitConverter;
  readonly store: Store;
  /** The service base URL; requests may come with its path or, from a proxy, without. */
  readonly baseUrl: string;
  /** Named in the capability statement. */
  readonly software: { readonly name: string; readonly version: string };
  /** Carries out batches and transactions. */
  readonly bundles: BundleHandler;
  /** Default: everyone may do everything. */
  readonly auth?: AuthPort | undefined;
  /** Default: nothing is recorded. */
  readonly audit?: AuditPort | undefined;
  /** Default: `refuse`. */
  readonly auditFailure?: AuditFailure | undefined;
  /** Record the values of a search's parameters, not only their names; default: false. */
  readonly auditQueryValues?: boolean | undefined;
  /** Keeps the content of Binaries outside of them. Default: it is in them. */
  readonly binary?: BinarySupport | undefined;
  /** Default: {@link DEFAULT_LIMITS}, each. */
  readonly limits?: Partial<Limits> | undefined;
  /** ms since the epoch; default: the machine's clock, never going back. */
  readonly now?: (() => number) | undefined;
  /** Default: random UUIDs. */
  readonly newId?: (() => string) | undefined;
  /** Gets the server's own errors, those that are answered by a 500. */
  readonly report: (error: unknown) => void;
}

/** A FHIR server without a transport. */
export interface FhirServer {
  /** Never rejects: an error is an answer, with an OperationOutcome. */
  handle(request: FhirRequest): Promise<FhirResponse>;
}

/** What becomes known of a request on its way, for its audit entry and for how its errors are written. */
interface Trace {
  interaction?: Interaction;
  caller?: Caller;
  /** Known before the caller is. */
  client?: Caller['client'];
  style?: OutcomeStyle;
  /** Absent when nothing is recorded. */
  readonly trail?: Trail | undefined;
  /** Absent unless the client wants to wait until searches find what it writes. */
  watched?: WatchedStore;
}

/**
 * Makes a FHIR server: router → authenticate → authorize → interaction → storage → outcome, and the audit around the whole.
 *
 * @throws TypeError when `baseUrl` is no URL.
 */
export function createFhirServer(options: FhirServerOptions): FhirServer {
  const { auth = OPEN_ACCESS, audit = NO_AUDIT, auditFailure = 'refuse', auditQueryValues = false, report } = options;
  const context = contextOf(options);
  const { definitions, store } = context;
  const { version } = definitions;
  const recorder =
    audit === NO_AUDIT
      ? undefined
      : createRecorder({ audit, failure: auditFailure, queryValues: auditQueryValues, definitions, report });
  const patients = rememberPatients();
  const basePath = basePathOf(options.baseUrl);
  const capabilities = createCapabilities(context);

  async function authorize(
    caller: Caller,
    interaction: Interaction,
    { trail, watched }: Trace,
  ): Promise<ServerContext> {
    const access = await auth.authorize(caller, interaction);
    const { readable, allows } = access;
    if (readable === undefined && allows === undefined && trail === undefined && watched === undefined) return context;
    const search = readable === undefined ? context.search : readingOnly(context.search, readable);
    // Spelled out: a spread of so many properties costs a small read 2 µs.
    const { baseUrl, now, newId, limits, software, binary } = context;
    return {
      definitions,
      store: watched?.store ?? store,
      baseUrl,
      search,
      now,
      newId,
      limits,
      software,
      binary,
      access,
      trail,
    };
  }

  function entriesFor(caller: Caller, trace: Trace): EntryRunner {
    const { trail } = trace;
    const nested = () => Promise.reject(badRequest('not-supported', 'A Bundle within a Bundle is not carried out.'));
    const special: SpecialInteractions = { capabilities, batch: nested };
    const run: EntryRunner['run'] = async (interaction, call) =>
      dispatch(await authorize(caller, interaction, trace), interaction, call, special);
    return {
      authorize: (interaction) => {
        trail?.entry(interaction);
        return authorize(caller, interaction, trace);
      },
      run: trail === undefined ? run : recorded(run, trail),
      report,
    };
  }

  async function answer(request: FhirRequest, trace: Trace): Promise<FhirResponse> {
    const { path, query } = belowBase(request.url, basePath);
    const { method, headers, body } = request;
    const parameters = parseQueryString(query);
    const presentation = parsePresentation(acceptable(path, request), parameters, version);
    trace.style = presentation;
    const interaction = route(method, path, context.definitions);
    trace.interaction = interaction;
    if (trace.trail !== undefined) trace.trail.parameters = parameters;
    requireSummary(presentation, interaction.name);
    const caller = await auth.authenticate(request, interaction, (client) => {
      trace.client = client;
    });
    trace.caller = caller;
    const allowed = await authorize(caller, interaction, trace);
    const preferences = parsePreferences(headers.prefer);
    const call: Call = { method, headers, body, query, parameters, presentation, preferences, transport: request };
    const batch: SpecialInteractions['batch'] = (context, call) =>
      options.bundles(context, call, entriesFor(caller, trace));
    const special = { capabilities, batch };
    if (preferences.searchable !== true) return dispatch(allowed, interaction, call, special);
    trace.watched = watchStore(store);
    const response = await dispatch({ ...allowed, store: trace.watched.store }, interaction, call, special);
    if (await trace.watched.untilSearchable(preferences)) response.headers['preference-applied'] = 'searchable';
    return response;
  }

  async function answerOrError(request: FhirRequest, trace: Trace): Promise<FhirResponse> {
    try {
      return await answer(request, trace);
    } catch (error) {
      const known = asFhirError(error);
      if (known === undefined || known.status >= 500) report(error);
      return renderError(known ?? internalError(error), version, trace.style);
    }
  }

  async function handle(request: FhirRequest): Promise<FhirResponse> {
    const response =
      recorder === undefined ? await answerOrError(request, {}) : await answerAndRecord(request, recorder);
    return request.method === 'HEAD' ? withoutBody(response) : response;
  }

  async function answerAndRecord(request: FhirRequest, recorder: Recorder): Promise<FhirResponse> {
    const at = context.now();
    const begin = performance.now();
    const trail = new Trail(patients);
    const trace: Trace = { trail };
    const refusal = await recorder.refusal();
    const response =
      refusal === undefined ? await answerOrError(request, trace) : renderError(refusal, version, trace.style);
    const { method, remoteAddress: address, id = context.newId() } = request;
    const { interaction, caller, client } = trace;
    const ms = performance.now() - begin;
    const facts = { at, ms, id, method, status: response.status, address, interaction, caller, client, trail };
    const unrecorded = await recorder.record(facts);
    const answered =
      unrecorded === undefined || refusal !== undefined ? response : renderError(unrecorded, version, trace.style);
    // By this id the event is found that the answer belongs to.
    if (request.id === undefined) answered.headers['x-request-id'] ??= id;
    return answered;
  }

  return { handle };
}

function readingOnly(search: SearchContext, readable: (type: string) => boolean): SearchContext {
  const { definitions, terminology, units, baseUrl, now, limits, resolveValueSet } = search;
  return { definitions, terminology, units, baseUrl, now, limits, resolveValueSet, readable };
}

/** Entries of a Bundle that are carried out each by itself have an outcome each. */
function recorded(run: EntryRunner['run'], trail: Trail): EntryRunner['run'] {
  return async (interaction, call) => {
    trail.entry(interaction);
    try {
      const response = await run(interaction, call);
      trail.entry(interaction, outcomeOf(response.status));
      return response;
    } catch (error) {
      trail.entry(interaction, outcomeOf(asFhirError(error)?.status ?? 500));
      throw error;
    }
  };
}

/** The content of a Binary may be of any type: what `Accept` says is then not about FHIR's formats. */
function acceptable(path: string, { headers }: FhirRequest): FhirRequest['headers'] {
  const ofBinary = path.startsWith('/Binary/') && wantsContent({ headers }, undefined);
  return ofBinary ? { ...headers, accept: undefined } : headers;
}

function contextOf(options: FhirServerOptions): ServerContext {
  const { definitions, terminology, units, store, software, now = createClock(), newId = randomUUID } = options;
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const resolveValueSet = storedValueSets(store, terminology);
  const search = { definitions, terminology, units, baseUrl, now, limits, resolveValueSet };
  return { definitions, store, baseUrl, search, now, newId, limits, software, binary: options.binary };
}

/** The answer to a HEAD: that of the GET, of whose body only the length is told (RFC 9110, section 9.3.2). */
function withoutBody({ status, headers, body }: FhirResponse): FhirResponse {
  if (body === undefined) return { status, headers };
  const length = body instanceof Uint8Array ? body.length : body.reduce((sum, piece) => sum + piece.length, 0);
  return { status, headers: { ...headers, 'content-length': String(length) } };
}
