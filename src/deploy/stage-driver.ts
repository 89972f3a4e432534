import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Toolkit } from '@aws-cdk/toolkit-lib';
import type { FwoaStackProps } from '../../stacks/index.ts';
import type { AwsSettings } from '../config/aws-client.ts';
import { packageRoot, packageVersion } from '../config/package-info.ts';
import { stackName } from '../config/stage.ts';
import { changesOf, type StageChanges } from './stage-changes.ts';
import { type HostOptions, toolkitHost } from './toolkit-host.ts';

/** What a stage is to be. */
export interface StageRequest
  extends Pick<FwoaStackProps, 'stage' | 'fhirVersion' | 'config' | 'preset' | 'serviceEndpoint' | 'keepData'> {
  readonly account: string;
}

/** Makes, changes and removes one stage's stack. */
export interface StageDriver {
  /** What `deploy` would change; of a stage that `isNew`, all. Changes nothing. */
  plan(isNew: boolean): Promise<StageChanges>;
  /** Prepares account and region for deployments; once for all stages. */
  bootstrap(): Promise<void>;
  deploy(): Promise<void>;
  destroy(): Promise<void>;
  /** Removes what was written to the temporary folder. */
  close(): Promise<void>;
}

/** Opens the CDK's toolkit on a stage. The template is made once, and nothing is sent before it is asked for. */
export async function openStageDriver(
  { account, ...request }: StageRequest,
  settings: AwsSettings,
  host: HostOptions,
): Promise<StageDriver> {
  const [
    { BaseCredentials, BootstrapEnvironments, DiffMethod, MemoryContext, StackSelectionStrategy, Toolkit },
    { App, AssetStaging },
  ] = await Promise.all([import('@aws-cdk/toolkit-lib'), import('aws-cdk-lib')]);
  const { FwoaStack } = await import('../../stacks/index.ts');
  const { region, profile } = settings;
  const toolkit: Toolkit = new Toolkit({
    ioHost: toolkitHost(host),
    color: false,
    emojis: false,
    sdkConfig: { baseCredentials: BaseCredentials.awsCliCompatible({ profile, defaultRegion: region }) },
  });
  // It remembers assets by their folders, also when what is in them has changed.
  AssetStaging.clearAssetHashCache();
  const source = await toolkit.fromAssemblyBuilder(
    async ({ outdir }) => {
      const app = new App({ outdir, analyticsReporting: false, treeMetadata: false });
      new FwoaStack(app, stackName(request.stage), {
        ...request,
        version: packageVersion(),
        functions: join(packageRoot(), 'dist', 'functions'),
        env: { account, region },
      });
      return app.synth();
    },
    { clobberEnv: false, contextStore: new MemoryContext(), resolveDefaultEnvironment: false },
  );
  const assembly = await toolkit.synth(source);
  const folder = mkdtempSync(join(tmpdir(), 'fwoa-plan-'));
  const nothing = join(folder, 'nothing.json');
  writeFileSync(nothing, '{}');
  const stacks = { strategy: StackSelectionStrategy.PATTERN_MUST_MATCH_SINGLE, patterns: [stackName(request.stage)] };
  return {
    async plan(isNew) {
      const method = isNew ? DiffMethod.LocalFile(nothing) : DiffMethod.TemplateOnly();
      const [difference] = Object.values(await toolkit.diff(assembly, { method, stacks }));
      return changesOf(difference);
    },
    async bootstrap() {
      await toolkit.bootstrap(BootstrapEnvironments.fromList([`aws://${account}/${region}`]));
    },
    async deploy() {
      await toolkit.deploy(assembly, { stacks, deploymentMethod: { method: 'change-set' } });
    },
    async destroy() {
      await toolkit.destroy(assembly, { stacks });
    },
    async close() {
      await assembly.dispose();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
