import type { Issue } from '../../fhir/operation-outcome.ts';
import type { StoredVersion } from '../../storage/store.ts';
import type { Call } from '../call.ts';
import type { FhirResponse } from '../http.ts';
import type { ServerContext } from '../server-context.ts';
import type { Written } from '../write/commit.ts';
import { versionHeaders } from './etags.ts';
import { renderOutcome } from './render-outcome.ts';
import { isResource, locationOf, renderResource } from './render-resource.ts';

const TEXTS = {
  create: 'Created.',
  update: 'Updated.',
  unchanged: 'It was there already; nothing was created.',
  delete: 'Deleted.',
};

/** The answer to a create or update, with as much of a body as is preferred (https://hl7.org/fhir/R4/http.html#ops). */
export function renderWritten(context: ServerContext, call: Call, { target, version }: Written): FhirResponse {
  if (version === undefined) throw new Error('A create or update made no version.');
  const created = target.effect === 'create';
  const location = locationOf(context, version);
  const status = created ? 201 : 200;
  const headers: Record<string, string> =
    created || target.method === 'POST' ? { location } : { 'content-location': location };
  switch (call.preferences.return) {
    case 'minimal':
      return { status, headers: { ...versionHeaders(version), ...headers } };
    case 'OperationOutcome': {
      const all = { ...versionHeaders(version), ...headers };
      return renderOutcome(status, [done(TEXTS[target.effect])], context.definitions.version, call.presentation, all);
    }
    case 'representation':
      if (!isResource(version)) throw new Error('What was written has no body.');
      return renderResource(context, version, call.presentation, status, headers);
  }
}

/** The answer to a delete of one or more (https://hl7.org/fhir/R4/http.html#delete). */
export function renderDeleted(context: ServerContext, call: Call, written: readonly Written[]): FhirResponse {
  const deleted = written.filter(({ target }) => target.effect === 'delete');
  const version = written.length === 1 ? written[0]?.version : undefined;
  const headers = version === undefined ? {} : deletionHeaders(version);
  if (call.preferences.return !== 'OperationOutcome') return { status: 204, headers };
  const text =
    deleted.length === 0
      ? 'There was nothing to delete.'
      : deleted.length === 1
        ? TEXTS.delete
        : `Deleted ${deleted.length} resources.`;
  return renderOutcome(200, [done(text)], context.definitions.version, call.presentation, headers);
}

/** Of the deletion's version: by it the resource can be brought back with `If-Match`. */
function deletionHeaders(version: StoredVersion): Record<string, string> {
  return version.body === undefined ? versionHeaders(version) : {};
}

function done(text: string): Issue {
  return { severity: 'information', code: 'informational', text };
}
