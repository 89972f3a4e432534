import { describe, expect, it } from 'vitest';
import { contentText, narrativeText } from '../../../../src/fhir/index/full-text.ts';
import { textOfXhtml } from '../../../../src/fhir/index/narrative.ts';
import { Decimal } from '../../../../src/fhir/json/decimal.ts';
import type { JsonValue, Resource } from '../../../../src/fhir/resource.ts';

const xhtml = (text: string) => ({
  status: 'generated',
  div: `<div xmlns="http://www.w3.org/1999/xhtml">${text}</div>`,
});

describe('textOfXhtml', () => {
  it.each([
    ['tags go', '<div><p>a</p></div>', 'a'],
    ['blocks part words', '<td>a</td><td>b</td>c<br/>d', 'a b c d'],
    ['inline tags do not', '<b>S</b>mith H<sub class="x">2</sub>O', 'Smith H2O'],
    ['comments go, with the tags in them', 'a<!-- <p> x > y -->b', 'a b'],
    ['entities are decoded', 'a&amp;b &lt;5 &eacute; &#233; &#xE9; &nbsp;', 'a&b <5 é é é'],
    ['unknown entities stay', '&nonsense; &#99999999; & ;', '&nonsense; &#99999999; & ;'],
    ['white space is one space', ' a\n\t b ', 'a b'],
    ['a tag without end ends the text', 'a <p', 'a'],
    ['nothing is nothing', '', ''],
  ])('%s', (_, html, text) => {
    expect(textOfXhtml(html)).toBe(text);
  });

  it.each(['<', '<!--', '&', '<b', '&#', '</'])('takes linear time for a million of %s', (piece) => {
    const start = performance.now();
    textOfXhtml(piece.repeat(1_000_000));
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('narrativeText', () => {
  it('is the narrative', () => {
    expect(narrativeText({ resourceType: 'Patient', text: xhtml('Ann <b>Lee</b>') })).toBe('Ann Lee');
  });

  it.each<[JsonValue]>([[null], ['x'], [[]], [{ div: 5 }], [{}]])('is empty for the text %j', (text) => {
    expect(narrativeText({ resourceType: 'Patient', text })).toBe('');
  });
});

describe('contentText', () => {
  const lines = (resource: Resource) => contentText(resource).split('\n').sort();

  it('is every string that has something to say, once', () => {
    const resource: Resource = {
      resourceType: 'Observation',
      id: 'o-1',
      meta: {
        versionId: '1',
        lastUpdated: '2020-01-01T00:00:00Z',
        profile: ['http://x'],
        tag: [{ display: 'tagged' }],
      },
      text: xhtml('all <i>well</i>'),
      status: 'final',
      code: { text: 'Pulse', coding: [{ system: 'http://loinc.org', code: '8867-4', display: 'Pulse' }] },
      subject: { reference: 'Patient/1', display: 'Ann Lee' },
      effectiveDateTime: '2020-01-01T00:00:00Z',
      note: [{ text: 'calm' }, null],
      valueAttachment: { contentType: 'text/plain', url: 'http://x', data: 'aGVsbG8=', title: 'a file' },
      valueQuantity: { value: new Decimal('5.0'), unit: 'bpm' },
    };
    expect(lines(resource)).toEqual(
      ['8867-4', 'Ann Lee', 'Pulse', 'a file', 'all well', 'bpm', 'calm', 'final', 'generated', 'tagged'].sort(),
    );
  });

  it('takes strings of arrays', () => {
    expect(lines({ resourceType: 'Patient', name: [{ given: ['Ann', null, 'B'] }] })).toEqual(['Ann', 'B']);
  });

  it('does not mind deep nesting', () => {
    let deep: JsonValue = { text: 'bottom' };
    for (let i = 0; i < 100_000; i++) deep = { extension: [deep] };
    expect(contentText({ resourceType: 'Basic', extension: [deep] })).toBe('bottom');
  });
});
