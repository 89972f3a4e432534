import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { FwoaConfig } from '../../../src/config/fwoa-config.ts';
import { resolveConfig } from '../../../src/config/resolve-config.ts';
import { FwoaStack, type FwoaStackProps } from '../../../stacks/index.ts';

/** A folder with functions that do nothing: what is in them is not the template's. */
export function emptyFunctions(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fwoa-test-functions-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  for (const name of ['api', 'indexer', 'maintenance']) {
    mkdirSync(join(folder, name));
    writeFileSync(join(folder, name, 'index.mjs'), 'export const handler = async () => ({ statusCode: 200 });\n');
  }
  return folder;
}

const FUNCTIONS = emptyFunctions();

/** A stack that is not deployed. */
export function testStack(config: FwoaConfig = {}, props: Partial<FwoaStackProps> = {}, app = new App()): FwoaStack {
  return new FwoaStack(app, 'Stack', {
    stage: 'test',
    fhirVersion: '4.0.1',
    version: '1.2.3',
    config: resolveConfig(config),
    preset: 'dev',
    functions: FUNCTIONS,
    env: { account: '111122223333', region: 'eu-west-1' },
    ...props,
  });
}

export function templateOf(config: FwoaConfig = {}, props: Partial<FwoaStackProps> = {}): Template {
  return Template.fromStack(testStack(config, props));
}
