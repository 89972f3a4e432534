import { JsonSyntaxError } from '../../fhir/json/json-syntax-error.ts';
import { NotImportableError } from './content-requests.ts';
import { LineTooLongError } from './lines.ts';
import { UnreadableFileError, unreadable } from './read-file.ts';

/**
 * Why a file or a line was refused before it came to a request.
 *
 * @throws the error itself, when it is none that a file can cause
 */
export function reasonOf(error: unknown): string {
  const known = unreadable(error);
  if (known instanceof JsonSyntaxError) return `It is not JSON: ${known.message}.`;
  if (
    known instanceof NotImportableError ||
    known instanceof UnreadableFileError ||
    known instanceof LineTooLongError
  ) {
    return known.message;
  }
  throw known;
}
