import { describe, expect, it } from 'vitest';
import { forEachReference } from '../../../../src/fhir/index/references.ts';
import { Decimal } from '../../../../src/fhir/json/decimal.ts';
import type { JsonValue, Resource } from '../../../../src/fhir/resource.ts';

function referencesOf(resource: Resource): readonly string[] {
  const found: string[] = [];
  forEachReference(resource, (_holder, _property, value) => found.push(value));
  return found.sort();
}

describe('forEachReference', () => {
  it('visits references at every depth, those of extensions and contained resources too', () => {
    const resource: Resource = {
      resourceType: 'Observation',
      subject: { reference: 'a' },
      performer: [{ reference: 'b' }, null, { display: 'no reference' }],
      extension: [{ url: 'x', valueReference: { reference: 'c' } }],
      contained: [{ resourceType: 'Patient', generalPractitioner: [{ reference: 'd' }] }],
      component: [
        {
          valueQuantity: { value: new Decimal('1.0') },
          extension: [{ extension: [{ valueReference: { reference: 'e' } }] }],
        },
      ],
    };
    expect(referencesOf(resource)).toEqual(['a', 'b', 'c', 'd', 'e']);
  });

  it('lets a reference be replaced', () => {
    const resource: Resource = { resourceType: 'Observation', subject: { reference: 'urn:uuid:1' } };
    forEachReference(resource, (holder, property) => {
      holder[property] = 'Patient/1';
    });
    expect(resource.subject).toEqual({ reference: 'Patient/1' });
  });

  it('leaves alone what a resource itself calls reference', () => {
    expect(referencesOf({ resourceType: 'DetectedIssue', reference: 'http://x' })).toEqual([]);
  });

  it('does not take an element called resourceType for a resource', () => {
    const payee = { resourceType: { code: 'organization' }, party: { reference: 'Organization/1' } };
    expect(referencesOf({ resourceType: 'Claim', payee })).toEqual(['Organization/1']);
  });

  it('goes into elements that are called reference', () => {
    const resource = [{ reference: { reference: 'Patient/1' } }];
    expect(referencesOf({ resourceType: 'ImplementationGuide', definition: { resource } })).toEqual(['Patient/1']);
  });

  it('does not mind malformed references and deep nesting', () => {
    let deep: JsonValue = { reference: 'x' };
    for (let i = 0; i < 100_000; i++) deep = [[{ extension: deep }]];
    expect(referencesOf({ resourceType: 'Basic', subject: { reference: 5 }, code: deep })).toEqual(['x']);
  });
});
