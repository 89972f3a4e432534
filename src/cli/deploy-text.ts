import type { CostEstimate } from '../deploy/prices.ts';
import { PRICES } from '../deploy/prices.ts';
import { type ChangeKind, dataLosses, type StageChanges } from '../deploy/stage-changes.ts';

const WORDS: Readonly<Record<ChangeKind, string>> = {
  add: 'to be made',
  change: 'to be changed',
  replace: 'to be replaced',
  remove: 'to be removed',
};

/** Security changes that are shown one by one. */
const SHOWN = 40;

/** What a deployment changes, for a person. */
export function planText(changes: StageChanges): string {
  const { resources, security } = changes;
  if (resources.length === 0) return 'Everything is as it should be: nothing is to be changed.';
  const lines: string[] = [];
  for (const kind of ['add', 'change', 'replace', 'remove'] as const) {
    const types = new Map<string, number>();
    for (const change of resources) if (change.kind === kind) types.set(change.type, (types.get(change.type) ?? 0) + 1);
    if (types.size === 0) continue;
    const number = [...types.values()].reduce((sum, each) => sum + each, 0);
    lines.push(
      `${number} resources ${WORDS[kind]}: ${[...types].map(([type, n]) => `${n} ${shortType(type)}`).join(', ')}`,
    );
  }
  for (const { logicalId, type } of dataLosses(changes))
    lines.push(`DATA WILL BE LOST: ${shortType(type)} ${logicalId}`);
  if (security.length > 0) {
    lines.push('Who may do what:', ...security.slice(0, SHOWN).map((line) => `  ${line}`));
    if (security.length > SHOWN) lines.push(`  and ${security.length - SHOWN} more (--json has all)`);
  }
  return lines.join('\n');
}

/** `DynamoDB Table`. */
function shortType(type: string): string {
  return type.replace(/^AWS::/, '').replace('::', ' ');
}

/** What a stage costs, for a person. */
export function costText({ fixed, perMillionRequests, parts, without }: CostEstimate): string {
  const dollars = (amount: number) => `$${amount < 10 ? amount.toFixed(2) : Math.round(amount)}`;
  return [
    `About ${dollars(fixed)} a month, and ${dollars(perMillionRequests)} for a million requests (prices of ${PRICES.region}, ${PRICES.date}):`,
    ...parts.map((part) => `  ${part.what}: ${dollars(part.fixed)}`),
    `  not in it: ${without.join('; ')}`,
  ].join('\n');
}
