import type { Outgoing, Place } from './outgoing.ts';
import type { TargetResponse } from './target.ts';

/** Something that was not stored, and why. */
export interface Refusal {
  readonly file: string;
  /** From 1, in .ndjson. */
  readonly line?: number | undefined;
  /** Index in `Bundle.entry`. */
  readonly entry?: number | undefined;
  /** `Patient/1`, or the type alone. */
  readonly resource?: string | undefined;
  /** How many resources were refused together, for one reason. */
  readonly resources?: number | undefined;
  /** HTTP status, where a server said it. */
  readonly status?: number | undefined;
  readonly text: string;
}

export type Effect = 'created' | 'updated' | 'deleted';

/** What came of one request. */
export interface Answer {
  readonly stored: readonly { readonly type: string; readonly effect: Effect }[];
  /** The types of all that was refused. */
  readonly refusedTypes: readonly string[];
  readonly refusals: readonly Omit<Refusal, 'file'>[];
  /** The status of the whole. */
  readonly status: number;
}

interface Outcome {
  readonly issue?: readonly {
    readonly details?: { readonly text?: string };
    readonly diagnostics?: string;
    readonly expression?: readonly string[];
  }[];
}

interface ResponseBundle {
  readonly resourceType?: string;
  readonly entry?: readonly {
    readonly response?: { readonly status?: string; readonly location?: string; readonly outcome?: Outcome };
  }[];
}

/** Reads what the server answered. */
export function readAnswer(outgoing: Outgoing, { status, body }: TargetResponse): Answer {
  const document = parse(body);
  if (status >= 400) return refusedAsAWhole(outgoing, status, document);
  if (!outgoing.bundle) {
    const stored = outgoing.places().map(({ type }) => ({ type, effect: effectOf(status) }));
    return { stored, refusedTypes: [], refusals: [], status };
  }
  const stored: Answer['stored'][number][] = [];
  const refusedTypes: string[] = [];
  const refusals: Answer['refusals'][number][] = [];
  for (const [i, { response }] of ((document as ResponseBundle).entry ?? []).entries()) {
    const entryStatus = Number.parseInt(response?.status ?? '', 10);
    if (entryStatus < 400) {
      const type = typeOf(response?.location) ?? outgoing.places()[i]?.type ?? '?';
      stored.push({ type, effect: effectOf(entryStatus) });
    } else {
      const place = outgoing.places()[i] ?? { type: '?', entry: i };
      refusedTypes.push(place.type);
      refusals.push({ ...told(place), status: entryStatus, text: outcomeText(response?.outcome) });
    }
  }
  return { stored, refusedTypes, refusals, status };
}

/** One reason for all of a request's resources: it is told once. */
function refusedAsAWhole(outgoing: Outgoing, status: number, document: object): Answer {
  const places = outgoing.places();
  const refusedTypes = places.length === 0 ? ['?'] : places.map(({ type }) => type);
  const text = outcomeText(document as Outcome);
  const [first] = places;
  const where =
    places.length === 1 && first !== undefined ? told(first) : { line: first?.line, resources: places.length };
  return { stored: [], refusedTypes, refusals: [{ ...where, status, text }], status };
}

function told({ line, entry, type, id }: Place): Pick<Refusal, 'line' | 'entry' | 'resource'> {
  return { line, entry, resource: id === undefined ? type : `${type}/${id}` };
}

/** An OperationOutcome's errors as one text. */
export function outcomeText(outcome: Outcome | undefined): string {
  const texts = (outcome?.issue ?? []).map(({ details, diagnostics, expression }) => {
    const text = details?.text ?? diagnostics ?? 'no reason given';
    return expression?.[0] === undefined ? text : `${text} (${expression[0]})`;
  });
  return texts.length === 0 ? 'The server gave no reason.' : texts.join(' ');
}

/** A conditional create that finds one answers 200, as an update does. */
function effectOf(status: number): Effect {
  return status === 201 ? 'created' : status === 204 ? 'deleted' : 'updated';
}

/** `Patient` of `http://…/Patient/1/_history/1`. */
function typeOf(location: string | undefined): string | undefined {
  return location === undefined ? undefined : /([A-Z][A-Za-z]+)\/[^/]+(?:\/_history\/[^/]+)?$/.exec(location)?.[1];
}

function parse(body: Uint8Array): object {
  try {
    return JSON.parse(Buffer.from(body).toString()) as object;
  } catch {
    // Not FHIR's own server, or a proxy's page: its status says enough.
    return {};
  }
}
