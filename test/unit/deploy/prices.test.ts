import { describe, expect, it } from 'vitest';
import { costText } from '../../../src/cli/deploy-text.ts';
import { resolveDeploy } from '../../../src/config/deploy-config.ts';
import { estimateCost } from '../../../src/deploy/prices.ts';

describe('what a stage costs', () => {
  it('is its OpenSearch, most of all', () => {
    const dev = estimateCost(resolveDeploy(), 'dev');
    const production = estimateCost(resolveDeploy(), 'production');
    expect(dev.fixed).toBeGreaterThan(25);
    expect(dev.fixed).toBeLessThan(50);
    expect(production.fixed).toBeGreaterThan(dev.fixed * 10);
    expect(dev.fixed).toBeCloseTo(dev.parts.reduce((sum, { fixed }) => sum + fixed, 0));
    expect(production.parts.map(({ what }) => what)).toContain('OpenSearch, 3 × r7g.large.search');
  });

  it('is less with OpenSearch that is there already, and more with functions kept ready and a firewall', () => {
    const existing = { endpoint: 'https://search.example.org', signedFor: 'none' } as const;
    const plain = estimateCost(resolveDeploy({ search: { existing } }), 'production');
    expect(plain.fixed).toBeLessThan(10);
    const ready = estimateCost(
      resolveDeploy({ search: { existing }, functions: { provisioned: 2, memory: 1024 } }),
      'dev',
    );
    // 2 GB, 730 hours, $0.0000033334 a GB and second.
    expect(ready.fixed - plain.fixed).toBeCloseTo(17.52, 1);
    const guarded = estimateCost(
      resolveDeploy({ search: { existing }, api: { waf: { requestsPer5Minutes: 100 } } }),
      'dev',
    );
    expect(guarded.fixed - plain.fixed).toBe(7);
  });

  it('grows with the memory of the function', () => {
    const small = estimateCost(resolveDeploy({ functions: { memory: 512 } }), 'dev').perMillionRequests;
    const large = estimateCost(resolveDeploy({ functions: { memory: 3072 } }), 'dev').perMillionRequests;
    expect(small).toBeGreaterThan(4);
    expect(large - small).toBeCloseTo(1e6 * 0.04 * 2.5 * 0.0000133334, 2);
  });

  it('says what is not in it, also an instance whose price is not known', () => {
    const cost = estimateCost(resolveDeploy({ search: { instanceType: 'x9.search' } }), 'dev');
    expect(costText(cost)).toMatch(
      /^About \$\d+.* a month, and \$\d\.\d\d for a million requests \(prices of us-east-1, \d{4}-\d\d-\d\d\):/,
    );
    expect(costText(cost)).toContain('1 × x9.search, whose price is not known here');
  });
});
