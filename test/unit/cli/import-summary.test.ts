import { describe, expect, it } from 'vitest';
import { importDocument, importText } from '../../../src/cli/import-summary.ts';
import type { Style } from '../../../src/cli/reporter.ts';
import type { ImportReport } from '../../../src/local/import/run-import.ts';

const same = (text: string): string => text;
const PLAIN: Style = { strong: same, faint: same, good: same, bad: same };
const CONTEXT = { target: '.fwoa', seconds: 2 };

function report(fields: Partial<ImportReport> = {}): ImportReport {
  const files = { total: 1, skipped: 0, left: 0 };
  return { files, stored: 0, refused: 0, types: [], refusals: [], skipped: [], interrupted: false, ...fields };
}

describe('the summary of an import', () => {
  it('has a table by type, without columns in which nothing stands', () => {
    const types = [
      { type: 'Observation', created: 1200, updated: 0, deleted: 0, refused: 0 },
      { type: 'Patient', created: 3, updated: 7, deleted: 0, refused: 0 },
    ];
    expect(importText(report({ types, stored: 1210 }), CONTEXT, PLAIN)).toBe(
      [
        'Type          created   updated',
        'Observation     1,200         0',
        'Patient             3         7',
        '',
        '✓ 1,210 resources stored in .fwoa in 2.0 s, 605 a second.',
      ].join('\n'),
    );
  });

  it('lists what was refused, where and why', () => {
    const refusals = [
      { file: 'a.ndjson', line: 3, resource: 'Patient/1', status: 422, text: 'No.' },
      { file: 'b.json', resources: 12, status: 412, text: 'Not there.' },
    ];
    expect(importText(report({ refusals, refused: 13 }), CONTEXT, PLAIN)).toBe(
      [
        'Refused:',
        '  a.ndjson, line 3, Patient/1, status 422',
        '    No.',
        '  b.json, all 12 resources, status 412',
        '    Not there.',
        '',
        '! 0 resources stored in .fwoa in 2.0 s, 0 a second; 13 refused.',
      ].join('\n'),
    );
  });

  it('shows twenty refusals and says how many more there are', () => {
    const refusals = Array.from({ length: 25 }, () => ({ file: 'a', text: 'No.' }));
    expect(importText(report({ refusals, refused: 25 }), CONTEXT, PLAIN)).toContain('… and 5 more; --json lists them.');
  });

  it('says when there was nothing new', () => {
    const skipped = [{ file: 'a.json', at: '2026-01-01T00:00:00Z' }];
    expect(importText(report({ skipped }), CONTEXT, PLAIN)).toBe(
      'Skipped, as imported before: a.json (--again imports once more).\n\n✓ Nothing new for .fwoa.',
    );
  });

  it('says how to go on when it was interrupted', () => {
    const interrupted = report({ interrupted: true, stored: 1, files: { total: 3, skipped: 0, left: 2 } });
    expect(importText(interrupted, CONTEXT, PLAIN)).toContain('2 files left: run the same command again');
  });

  it('is one document for programs', () => {
    expect(importDocument(report({ stored: 1 }), { target: '.fwoa', seconds: 1.23456 })).toEqual({
      target: '.fwoa',
      files: { total: 1, skipped: 0, left: 0 },
      resources: { stored: 1, refused: 0 },
      types: [],
      refused: [],
      skipped: [],
      interrupted: false,
      seconds: 1.235,
    });
  });
});
