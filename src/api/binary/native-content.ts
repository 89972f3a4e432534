import type { FhirRequest } from '../http.ts';
import { jsonAnswerType, parseMediaType } from '../negotiation/media-types.ts';

/** Names that mean FHIR and nothing else: who says one means the resource. */
const FHIR_FORMAT = /^application\/(fhir\+(json|xml|turtle)|(json|xml)\+fhir)$/;

/**
 * Whether a reader of a Binary wants its content, and not the resource: unless a format of FHIR is asked for by its name, the content is given
 * as it is, also to who has no wish (https://hl7.org/fhir/R4/binary.html#rest). `application/json` means the resource, as it does everywhere,
 * but of content that is JSON itself.
 *
 * @param format `_format`: a parameter of the resource's formats alone
 * @param contentType of the Binary; undefined before it is known: then true where it could be
 */
export function wantsContent(
  { headers }: Pick<FhirRequest, 'headers'>,
  format: string | undefined,
  contentType?: string,
): boolean {
  if (format !== undefined) return false;
  const ranges = acceptedRanges(headers.accept);
  if (ranges.length === 0) return true;
  const own = contentType === undefined ? undefined : parseMediaType(contentType).name;
  if (ranges.some(({ name }) => FHIR_FORMAT.test(name))) {
    // A format of FHIR that is not served is no reason to refuse who takes the content too.
    const resource = bestQuality(ranges, (name) => FHIR_FORMAT.test(name) && jsonAnswerType(name) !== undefined);
    return bestQuality(ranges, (name) => (own === undefined ? couldBeOwn(name) : name === own)) > resource;
  }
  if (ranges.some(({ name }) => matches(name, own))) return true;
  return !ranges.some(({ name }) => jsonAnswerType(name) !== undefined);
}

/** Whether the body of a create or update of a Binary is its content and nothing else. JSON may be the resource: it has to be looked into. */
export function isContent({ headers }: Pick<FhirRequest, 'headers'>): boolean {
  const type = headers['content-type'];
  if (type === undefined || type === '') return false;
  const { name } = parseMediaType(type);
  return jsonAnswerType(name) === undefined && !FHIR_FORMAT.test(name);
}

interface Range {
  readonly name: string;
  readonly quality: number;
}

/** What `Accept` names, but what it excludes (`q=0`). */
function acceptedRanges(accept: string | undefined): readonly Range[] {
  if (accept === undefined || accept.trim() === '') return [];
  return accept
    .split(',')
    .map((text) => {
      const { name, parameters } = parseMediaType(text);
      const quality = Number(parameters.get('q') ?? 1);
      return { name, quality: quality >= 0 && quality <= 1 ? quality : 0 };
    })
    .filter(({ quality }) => quality > 0);
}

/** Of a Binary of which nothing is known yet: any type by its name, but those of FHIR. */
function couldBeOwn(name: string): boolean {
  return !name.includes('*') && !FHIR_FORMAT.test(name);
}

function bestQuality(ranges: readonly Range[], isMeant: (name: string) => boolean): number {
  return ranges.reduce((best, { name, quality }) => (isMeant(name) && quality > best ? quality : best), 0);
}

function matches(range: string, own: string | undefined): boolean {
  if (range === '*/*' || range === '*' || range === own) return true;
  return own !== undefined && range.endsWith('/*') && own.startsWith(range.slice(0, -1));
}
