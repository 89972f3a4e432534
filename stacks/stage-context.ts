import { RemovalPolicy } from 'aws-cdk-lib';
import type { ResolvedDeploy } from '../src/config/deploy-config.ts';

/** `dev`: small and cheap. `production`: three zones, and protected against deletion. */
export type Preset = 'dev' | 'production';

/** What every part of a stage knows. */
export interface StageContext {
  readonly stage: string;
  /** Begins the names of its resources: `fwoa-<stage>`. */
  readonly prefix: string;
  readonly preset: Preset;
  readonly deploy: ResolvedDeploy;
  /** What holds data outlives the stack. */
  readonly keepData: boolean;
}

/**
 * What becomes of a resource that holds data when it leaves the stack. It goes, unless `fwoa destroy --keep-data` has said before that it stays: a stack
 * whose creation fails half-way leaves nothing behind.
 */
export function dataRemoval({ keepData }: Pick<StageContext, 'keepData'>): RemovalPolicy {
  return keepData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
}
