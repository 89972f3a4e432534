import { randomBytes } from 'node:crypto';

/** The first requests of each kind, as a gateway's events. */
export function coldEvents(token: string, apiKeyId: string) {
  const event = (httpMethod: string, path: string, body?: object, query?: Record<string, readonly string[]>) => ({
    resource: '/{proxy+}',
    path,
    httpMethod,
    multiValueHeaders: {
      Authorization: [`Bearer ${token}`],
      'Content-Type': ['application/fhir+json'],
      'x-api-key': ['(kept back)'],
    },
    multiValueQueryStringParameters: query ?? null,
    pathParameters: { proxy: path.slice(1) },
    requestContext: {
      path: `/prod${path}`,
      requestId: `cold-${httpMethod}-${path.length}`,
      identity: { sourceIp: '192.0.2.7', apiKeyId },
    },
    body: body === undefined ? null : JSON.stringify(body),
    isBase64Encoded: false,
  });
  const patient = {
    resourceType: 'Patient',
    id: 'cold',
    identifier: [{ system: 'urn:example:mrn', value: '12345' }],
    name: [{ family: 'Chalmers', given: ['Peter', 'James'] }],
    gender: 'male',
    birthDate: '1974-12-25',
  };
  const observation = {
    resourceType: 'Observation',
    status: 'final',
    code: { coding: [{ system: 'http://loinc.org', code: '29463-7' }], text: 'Body weight' },
    subject: { reference: 'Patient/cold' },
    effectiveDateTime: '2016-03-28T09:30:00+01:00',
    valueQuantity: { value: 72.5, unit: 'kg', system: 'http://unitsofmeasure.org', code: 'kg' },
  };
  const entry = (resource: { readonly resourceType: string }) => ({
    resource,
    request: { method: 'POST', url: resource.resourceType },
  });
  // More than an item of the table has room for, however it is packed: S3 is needed.
  const data = randomBytes(600_000).toString('base64');
  const document = { resourceType: 'DocumentReference', status: 'current', content: [{ attachment: { data } }] };
  return {
    metadata: event('GET', '/metadata'),
    update: event('PUT', '/Patient/cold', patient),
    read: event('GET', '/Patient/cold'),
    create: event('POST', '/Observation', observation),
    search: event('GET', '/Patient', undefined, { name: ['chalmers'], birthdate: ['lt2000'] }),
    'search by unit': event('GET', '/Observation', undefined, {
      'value-quantity': ['gt70|http://unitsofmeasure.org|kg'],
    }),
    'create, large': event('POST', '/DocumentReference', document),
    transaction: event('POST', '/', {
      resourceType: 'Bundle',
      type: 'transaction',
      entry: [entry({ ...patient, resourceType: 'Patient' }), entry(observation)],
    }),
  };
}
