import { dateRange } from '../date-range.ts';
import { isJsonObject, type JsonValue } from '../resource.ts';
import type { Convert, Label } from './converter.ts';

interface Span {
  readonly low: number;
  readonly high: number;
}

function spanOfText(value: JsonValue | undefined): Span | undefined {
  return typeof value === 'string' ? dateRange(value) : undefined;
}

/** A Period: a missing bound is open (https://hl7.org/fhir/R4/datatypes.html#Period). */
function spanOfPeriod(value: JsonValue | undefined): Span | undefined {
  if (!isJsonObject(value)) return undefined;
  const start = spanOfText(value.start);
  const end = spanOfText(value.end);
  if (start === undefined && end === undefined) return undefined;
  const span = { low: start?.low ?? -Infinity, high: end?.high ?? Infinity };
  return span.low < span.high ? span : undefined;
}

/** A Timing: from its first to its last moment, "the outer limits" of https://hl7.org/fhir/R4/search.html#date. */
function spanOfTiming(value: JsonValue): Span | undefined {
  if (!isJsonObject(value)) return undefined;
  const events = value.event;
  const repeat = value.repeat;
  const spans = [
    ...(Array.isArray(events) ? events.map(spanOfText) : [spanOfText(events)]),
    isJsonObject(repeat) ? spanOfPeriod(repeat.boundsPeriod) : undefined,
  ].filter((span) => span !== undefined);
  if (spans.length === 0) return undefined;
  return spans.reduce((all, span) => ({ low: Math.min(all.low, span.low), high: Math.max(all.high, span.high) }));
}

function convertSpan(spanOf: (value: JsonValue) => Span | undefined, { parameter }: Label): Convert {
  return (value, group, out) => {
    const span = spanOf(value);
    if (span !== undefined) out.push({ kind: 'date', parameter, group, low: span.low, high: span.high });
  };
}

/** Converts values for a date parameter (https://hl7.org/fhir/R4/search.html#date); undefined for a type that is no time. */
export function dateConverter(type: string, label: Label): Convert | undefined {
  switch (type) {
    case 'date':
    case 'dateTime':
    case 'instant':
      return convertSpan(spanOfText, label);
    case 'Period':
      return convertSpan(spanOfPeriod, label);
    case 'Timing':
      return convertSpan(spanOfTiming, label);
  }
  return undefined;
}
