import { JsonSyntaxError } from '../../fhir/json/json-syntax-error.ts';
import { parseJson } from '../../fhir/json/parse-json.ts';
import { NotImportableError } from './content-requests.ts';

/** What a line of .ndjson is: checked to be JSON, as one broken line would take its whole batch with it. */
export function parseLine(bytes: Buffer): { readonly type: string; readonly id?: string | undefined } {
  const value = parse(bytes);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new NotImportableError('It is JSON, but not an object: not a FHIR resource.');
  }
  const { resourceType, id } = value as { resourceType?: unknown; id?: unknown };
  if (typeof resourceType !== 'string')
    throw new NotImportableError('It is JSON, but not FHIR: it has no resourceType.');
  return { type: resourceType, id: typeof id === 'string' ? id : undefined };
}

/** JSON.parse, several times as quick as our own parser, is enough to know what a line is: the line itself is what is sent. */
function parse(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch (cause) {
    throw describe(bytes, cause);
  }
}

/** The engine's message may quote the line, our own parser's says only where it is wrong. */
function describe(bytes: Buffer, cause: unknown): unknown {
  try {
    parseJson(bytes);
  } catch (error) {
    if (!(error instanceof JsonSyntaxError)) return error;
    return new NotImportableError(`It is not JSON: ${error.message.replace('at line 1, column', 'at column')}.`, {
      cause,
    });
  }
  return cause;
}
