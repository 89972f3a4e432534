import { badRequest, FhirError } from '../operation-outcome.ts';
import { closest } from './closest.ts';

/** Thrown for a parameter that its type does not have, or not as a reference; the one error that lenient handling turns into a warning. */
export class UnknownParameterError extends FhirError {
  constructor(text: string) {
    super(400, 'not-supported', text);
  }
}

/** A name for a message: quoted, and cut where it is absurdly long. Values are never shown: they may be a patient's data. */
export function quoted(name: string): string {
  return name.length <= 80 ? `"${name}"` : `"${name.slice(0, 80)}…"`;
}

/** The error for an unknown parameter, with the nearest of the names that would have been known. */
export function unknownParameter(code: string, type: string, known: readonly string[]): UnknownParameterError {
  const nearest = closest(code, known);
  const hint = nearest === undefined ? '' : ` Did you mean ${quoted(nearest)}?`;
  return new UnknownParameterError(`${type} has no search parameter ${quoted(code)}.${hint}`);
}

/** The error for a value that is not written as its parameter's type asks. */
export function invalidValue(parameter: string, expected: string): FhirError {
  return badRequest(
    'value',
    `A value of the search parameter ${quoted(parameter)} can't be read: expected ${expected}.`,
  );
}

/** The error for a part of the specification that the server does not do. */
export function notSupported(text: string): FhirError {
  return badRequest('not-supported', text);
}

/** The error for a search that goes beyond a limit against abuse. */
export function tooCostly(text: string): FhirError {
  return badRequest('too-costly', text);
}

/** The error for a type that is named and whose content the caller may not find and read: what is found by it would tell of it. */
export function notReadable(type: string): FhirError {
  return new FhirError(403, 'forbidden', `The search involves ${type}, which you may not both find and read.`);
}
