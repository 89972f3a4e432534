import { describe, expect, it } from 'vitest';
import { isContent, wantsContent } from '../../../../src/api/binary/native-content.ts';

const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8';

describe('a reader of a Binary', () => {
  it.each([
    // Accept, _format, the Binary's type, whether the content is wanted
    [undefined, undefined, 'image/png', true],
    ['', undefined, 'image/png', true],
    ['*/*', undefined, 'image/png', true],
    ['*', undefined, 'image/png', true],
    ['image/png', undefined, 'image/png', true],
    ['IMAGE/PNG', undefined, 'image/png', true],
    ['image/*', undefined, 'image/png', true],
    ['text/plain', undefined, 'text/plain; charset=utf-8', true],
    // The specification gives the content to everyone who names no format of FHIR.
    ['image/jpeg', undefined, 'image/png', true],
    [BROWSER, undefined, 'application/pdf', true],
    ['application/xml', undefined, 'application/xml', true],
    ['text/xml', undefined, 'text/xml', true],
    ['application/fhir+json', undefined, 'image/png', false],
    ['application/fhir+json; fhirVersion=4.0', undefined, 'image/png', false],
    ['application/fhir+xml', undefined, 'image/png', false],
    ['application/json+fhir', undefined, 'image/png', false],
    ['application/fhir+json, */*;q=0.1', undefined, 'image/png', false],
    ['*/*;q=0.1, application/fhir+json', undefined, 'image/png', false],
    ['application/fhir+json;q=0, */*', undefined, 'image/png', true],
    ['image/png, application/fhir+json;q=0.5', undefined, 'image/png', true],
    ['image/png;q=0.4, application/fhir+json;q=0.5', undefined, 'image/png', false],
    ['application/json', undefined, 'image/png', false],
    ['application/json, text/plain', undefined, 'image/png', false],
    ['application/json, */*', undefined, 'image/png', true],
    ['application/json', undefined, 'application/json', true],
    ['application/fhir+json', undefined, 'application/fhir+json', false],
    // FHIR's XML is not served: who takes the content too gets that.
    ['application/fhir+xml, image/png', undefined, 'image/png', true],
    ['application/fhir+xml, image/png', undefined, 'image/jpeg', false],
    ['application/fhir+xml, application/fhir+json;q=0.5, image/png;q=0.4', undefined, 'image/png', false],
    // The type is not known yet: whether it could come to that.
    ['application/fhir+xml;q=0.9, image/png', undefined, undefined, true],
    ['application/fhir+json;q=0.5, image/png', undefined, undefined, true],
    ['application/fhir+json, image/png', undefined, undefined, false],
    ['application/fhir+xml', undefined, undefined, false],
    ['application/fhir+xml, */*', undefined, undefined, false],
    ['image/png', undefined, undefined, true],
    ['*/*', 'json', 'image/png', false],
    ['image/png', 'application/fhir+json', 'image/png', false],
  ])('who accepts %j, _format %j, of %j, wants its content: %j', (accept, format, type, wanted) => {
    expect(wantsContent({ headers: { accept } }, format, type)).toBe(wanted);
  });
});

describe('a body sent to Binary', () => {
  it.each([
    ['image/png', true],
    ['application/xml', true],
    ['text/xml; charset=utf-8', true],
    ['application/pdf', true],
    ['application/dicom+json', true],
    // To be looked into.
    ['application/json', false],
    ['application/fhir+json; charset=utf-8', false],
    // Not served here, and never content.
    ['application/fhir+xml', false],
    [undefined, false],
    ['', false],
  ])('as %j is content and nothing else: %j', (type, expected) => {
    expect(isContent({ headers: { 'content-type': type } })).toBe(expected);
  });
});
