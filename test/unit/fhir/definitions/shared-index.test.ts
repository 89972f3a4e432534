import { describe, expect, it } from 'vitest';
import { loadDefinitions } from '../../../../src/fhir/definitions/load-definitions.ts';
import { shareIndex } from '../../../../src/fhir/definitions/shared-index.ts';

const r4 = loadDefinitions('4.0.1');

describe('shareIndex', () => {
  it('gives a branch that two parameters have to both', () => {
    const { paths, codesOf } = shareIndex('T', [
      { code: 'a', type: 'token', expression: 'T.x | (T.y as Coding)' },
      { code: 'bb', type: 'token', expression: 'T.y.as(Coding)' },
    ]);
    expect(paths.map(({ code, expression }) => [code, expression])).toEqual([
      ['bb', 'T.y.as(Coding)'],
      ['a', 'T.x'],
    ]);
    expect(codesOf('a')).toEqual(['bb', 'a']);
    expect(codesOf('bb')).toEqual(['bb']);
  });

  it.each([
    ['kinds', { type: 'string', expression: 'T.x' } as const],
    ['targets', { type: 'token', expression: 'T.x', target: ['Patient'] } as const],
    ['expressions', { type: 'token', expression: "T.x.where(y = '|')" } as const],
  ])('keeps those of other %s apart', (_, other) => {
    const { codesOf } = shareIndex('T', [
      { code: 'a', type: 'token', expression: 'T.x' },
      { code: 'b', ...other },
    ]);
    expect([codesOf('a'), codesOf('b')]).toEqual([['a'], ['b']]);
  });

  it('does not part an expression at a bar in parentheses or quotes', () => {
    const expression = "T.x.where(a = 'b | c') | (T.y | T.z).w";
    const { paths } = shareIndex('T', [{ code: 'a', type: 'token', expression }]);
    expect(paths).toMatchObject([{ code: 'a', expression }]);
  });

  it('takes the parts of a composite over the whole resource from the parameters that have them', () => {
    const { composite, paths } = shareIndex('T', [
      { code: 'x', type: 'token', expression: 'T.x' },
      {
        code: 'c',
        type: 'composite',
        expression: 'T',
        components: [
          { code: 'x', type: 'token', expression: 'x' },
          { code: 'y', type: 'date', expression: 'y' },
        ],
      },
    ]);
    expect(composite('c')).toEqual([{ kind: 'whole', parts: [['x'], ['c$1']] }]);
    expect(paths).toMatchObject([
      { code: 'x', partOnly: false },
      { code: 'c$1', partOnly: true },
    ]);
  });
});

describe.each([r4, loadDefinitions('3.0.1')])('the definitions of $version', (definitions) => {
  it('lead from every parameter to something that is indexed', () => {
    for (const type of definitions.resourceTypes) {
      const { paths, groups, codesOf, composite } = definitions.sharedIndex(type);
      const indexed = new Set([...paths, ...groups].map(({ code }) => code));
      expect(indexed.size).toBe(paths.length + groups.length);
      for (const { code, type: kind, expression } of definitions.searchParameters(type)) {
        if (expression === undefined || kind === 'special') continue;
        const codes = composite(code).flatMap((form) => (form.kind === 'grouped' ? [form.code] : form.parts.flat()));
        expect(
          (kind === 'composite' ? codes : codesOf(code)).filter((one) => !indexed.has(one)),
          `${type}.${code}`,
        ).toEqual([]);
        if (kind === 'composite') expect(codes.length, `${type}.${code}`).toBeGreaterThan(0);
      }
    }
  });
});

it('Observation indexes its values once', () => {
  const { codesOf, composite } = r4.sharedIndex('Observation');
  expect(codesOf('combo-code')).toEqual(['code', 'component-code']);
  expect(composite('code-value-quantity')).toEqual([{ kind: 'whole', parts: [['code'], ['value-quantity']] }]);
  expect(composite('combo-code-value-quantity')).toEqual([
    { kind: 'whole', parts: [['code'], ['value-quantity']] },
    { kind: 'grouped', code: 'component-code-value-quantity' },
  ]);
});
