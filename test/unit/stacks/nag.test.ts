import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, HIPAASecurityChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { testStack } from './stack-fixture.ts';

describe('the rules of AWS and of HIPAA', () => {
  it.each(['dev', 'production'] as const)('hold for %s, but those that a reason stands beside', (preset) => {
    const app = new App();
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new HIPAASecurityChecks(app));
    testStack({}, { preset }, app);
    expect(() => app.synth()).not.toThrow();
  });
});
