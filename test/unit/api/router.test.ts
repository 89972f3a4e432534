import { describe, expect, it } from 'vitest';
import { route } from '../../../src/api/router.ts';
import { loadDefinitions } from '../../../src/fhir/definitions/load-definitions.ts';
import { FhirError } from '../../../src/fhir/operation-outcome.ts';

const definitions = loadDefinitions('4.0.1');

describe('a method and a path', () => {
  it.each([
    ['GET', '/', { name: 'search-system', form: false }],
    ['POST', '', { name: 'batch' }],
    ['POST', '/_search', { name: 'search-system', form: true }],
    ['GET', '/metadata', { name: 'capabilities' }],
    ['GET', '/_history', { name: 'history-system' }],
    ['GET', 'Patient', { name: 'search-type', type: 'Patient', form: false }],
    ['POST', '/Patient', { name: 'create', type: 'Patient' }],
    ['PUT', '/Patient', { name: 'update-conditional', type: 'Patient' }],
    ['DELETE', '/Patient', { name: 'delete-conditional', type: 'Patient' }],
    ['POST', '/Patient/_search', { name: 'search-type', type: 'Patient', form: true }],
    ['GET', '/Patient/_history', { name: 'history-type', type: 'Patient' }],
    ['GET', '/Patient/a.b-C', { name: 'read', type: 'Patient', id: 'a.b-C' }],
    ['HEAD', '/Patient/1/', { name: 'read', type: 'Patient', id: '1' }],
    ['PUT', '/Patient/1', { name: 'update', type: 'Patient', id: '1' }],
    ['DELETE', '/Patient/1', { name: 'delete', type: 'Patient', id: '1' }],
    ['GET', '/Patient/1/_history', { name: 'history-instance', type: 'Patient', id: '1' }],
    ['GET', '/Patient/1/_history/2', { name: 'vread', type: 'Patient', id: '1', version: '2' }],
    [
      'GET',
      '/Patient/1/*',
      { name: 'search-compartment', compartment: { type: 'Patient', id: '1' }, type: undefined, form: false },
    ],
    [
      'GET',
      '/Patient/1/Observation',
      { name: 'search-compartment', compartment: { type: 'Patient', id: '1' }, type: 'Observation', form: false },
    ],
    [
      'POST',
      '/Patient/1/Observation/_search',
      { name: 'search-compartment', compartment: { type: 'Patient', id: '1' }, type: 'Observation', form: true },
    ],
    [
      'POST',
      '/Patient/1/_search',
      { name: 'search-compartment', compartment: { type: 'Patient', id: '1' }, type: undefined, form: true },
    ],
    ['POST', '/$convert', { name: 'operation', operation: 'convert', type: undefined, id: undefined }],
    ['GET', '/Patient/1/$everything', { name: 'operation', operation: 'everything', type: 'Patient', id: '1' }],
  ])('%s %s', (method, path, interaction) => {
    expect(route(method, path, definitions)).toEqual(interaction);
  });

  it.each([
    ['GET', '/Patients', 404, /Did you mean "Patient"\?/],
    ['GET', '/patient', 404, /Did you mean "Patient"\?/],
    ['GET', '/constructor', 404, /not a resource type/],
    ['GET', '/index.html', 404, /nothing at this path/],
    ['GET', '/Patient//1', 400, /id/],
    ['GET', '/Patient/1/_history/2/3', 404, /nothing/],
    ['GET', '/Patient/1/Observation/2', 404, /nothing/],
    ['GET', '/Patient/1/Nothing', 404, /resource type/],
    ['GET', '/Observation/1/Patient', 404, /Observation has no compartment/],
    ['GET', `/Patient/${'x'.repeat(65)}`, 400, /1 to 64 characters/],
    ['GET', '/Patient/a_b', 400, /1 to 64 characters/],
    ['GET', '/Patient/a%20b', 400, /1 to 64 characters/],
    ['GET', '/Patient/a%2Fb', 400, /1 to 64 characters/],
    ['GET', '/Patient/%E0%A4', 400, /percent-encoded/],
    ['PUT', '/Patient/_search', 405, /POST/],
    ['DELETE', '/', 405, /GET, HEAD, POST/],
    ['POST', '/metadata', 405, /GET, HEAD/],
    ['POST', '/Patient/1', 405, /GET, HEAD, PUT, DELETE/],
    ['PATCH', '/Patient/1', 405, /GET, HEAD, PUT, DELETE/],
    ['OPTIONS', '/Patient', 405, /GET, HEAD, POST, PUT, DELETE/],
    ['DELETE', '/Patient/1/_history', 405, /GET, HEAD/],
    ['constructor', '/Patient', 405, /GET/],
  ])('%s %s is refused', (method, path, status, text) => {
    const error = refusal(method, path);
    expect(error.status).toBe(status);
    expect(error.message).toMatch(text);
    expect(error.headers.allow === undefined).toBe(status !== 405);
  });
});

function refusal(method: string, path: string): FhirError {
  try {
    route(method, path, definitions);
  } catch (error) {
    if (error instanceof FhirError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}
