import { describe, expect, it } from 'vitest';
import type { StageStatus } from '../../../src/admin/aws/stage-status.ts';
import { statusDocument, statusText } from '../../../src/cli/status.ts';
import { packageVersion } from '../../../src/config/package-info.ts';
import type { StageOutputs } from '../../../src/config/stage.ts';

const PLACE = { stage: 'prod', region: 'eu-west-1', account: '111122223333' };
const STATUS: StageStatus = {
  state: 'UPDATE_COMPLETE',
  changedAt: Date.UTC(2026, 10, 24),
  outputs: {
    Url: 'https://x/fhir',
    FhirVersion: '4.0.1',
    Preset: 'production',
    Version: packageVersion(),
  } as StageOutputs,
  answer: { status: 200, ms: 41 },
  alarms: [],
  indexLag: 812.4,
  setAside: 0,
  users: 3,
  unknown: [],
  healthy: true,
};

describe('fwoa status', () => {
  it('is a line for each thing', () => {
    expect(statusText(PLACE, STATUS).split('\n')).toEqual([
      'Stage      prod in eu-west-1, account 111122223333',
      'URL        https://x/fhir',
      'FHIR       4.0.1, production',
      `Version    ${packageVersion()}`,
      'State      UPDATE_COMPLETE, since 2026-11-24T00:00:00.000Z',
      'Answers    yes, in 41 ms',
      'Alarms     none',
      'Search     812 ms behind at most, lately',
      'Users      3',
    ]);
  });

  it('says what is wrong, what is not known, and what to do', () => {
    const text = statusText(PLACE, {
      ...STATUS,
      outputs: { ...(STATUS.outputs as StageOutputs), Version: '0.0.1' },
      answer: { status: 502, ms: 9 },
      alarms: ['fwoa-prod-5xx'],
      indexLag: undefined,
      setAside: 2,
      users: undefined,
      unknown: ['users: AccessDeniedException'],
    });
    for (const said of [
      'fwoa deploy --stage prod',
      'no: 502',
      'fwoa-prod-5xx',
      'nothing was written lately',
      '2 batches: fwoa reindex --failed --stage prod',
      'users: AccessDenied',
    ])
      expect(text).toContain(said);
    expect(statusText(PLACE, { ...STATUS, outputs: undefined })).toContain(
      'Not whole  fwoa deploy --stage prod repairs it',
    );
  });

  it('has every field for programs', () => {
    expect(statusDocument(PLACE, { ...STATUS, outputs: undefined, answer: undefined, indexLag: undefined })).toEqual({
      ...PLACE,
      url: null,
      fhirVersion: null,
      preset: null,
      version: null,
      state: 'UPDATE_COMPLETE',
      changedAt: '2026-11-24T00:00:00.000Z',
      healthy: true,
      answer: null,
      alarms: [],
      indexLag: null,
      setAside: 0,
      users: 3,
      unknown: [],
    });
  });
});
