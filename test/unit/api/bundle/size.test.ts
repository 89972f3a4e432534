import { expect, it } from 'vitest';
import { patient } from '../api-fixture.ts';
import { entry, openBundleApi, statusesOf, urn } from './bundle-fixture.ts';

const SIZE = 3000;

/** A patient, and observations of which each derives from the one before. */
function chain(): ReturnType<typeof entry>[] {
  return Array.from({ length: SIZE }, (_, i) => {
    if (i === 0) return entry('POST Patient', patient(), {}, urn(0));
    const derivedFrom = i === 1 ? undefined : [{ reference: urn(i - 1) }];
    const observation = { resourceType: 'Observation', subject: { reference: urn(0) }, derivedFrom };
    return entry('POST Observation', observation, {}, urn(i));
  });
}

it('a transaction of 3,000 entries goes in as one, its references right', async () => {
  const api = openBundleApi();
  // What is referred to comes last.
  const answer = await api.post('transaction', chain().reverse(), { prefer: 'return=representation' });
  expect(statusesOf(answer).every((status) => status === 201)).toBe(true);
  const resources = answer
    .json()
    .entry.map(({ resource }: { resource: unknown }) => resource)
    .reverse();
  for (let i = 2; i < SIZE; i++) {
    expect(resources[i].subject.reference).toBe(`Patient/${resources[0].id}`);
    expect(resources[i].derivedFrom[0].reference).toBe(`Observation/${resources[i - 1].id}`);
  }
  const total = `GET /Observation?patient=${resources[0].id}&_summary=count`;
  expect((await api.send(total)).json().total).toBe(SIZE - 1);
});

it('and stays out as one, when the last is at fault', async () => {
  const api = openBundleApi();
  const fault = entry('PUT Patient/x', patient({ id: 'y' }));
  const answer = await api.post('transaction', [...chain(), fault]);
  expect(answer.json().issue[0].expression).toEqual([`Bundle.entry[${SIZE}].resource.id`]);
  expect((await api.send('GET /?_type=Observation,Patient&_summary=count')).json().total).toBe(0);
});
