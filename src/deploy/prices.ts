import type { ResolvedDeploy } from '../config/deploy-config.ts';

/**
 * US dollars in us-east-1, kept by hand from what AWS publishes: an estimate, not an offer. Other regions cost up to a third more. Without the free
 * tier.
 */
export const PRICES = {
  /** As known then. */
  date: '2026-11-24',
  region: 'us-east-1',
  /** An hour of an OpenSearch instance. */
  searchInstanceHour: {
    't3.small.search': 0.036,
    't3.medium.search': 0.073,
    'm7g.large.search': 0.135,
    'r7g.large.search': 0.178,
    'r7g.xlarge.search': 0.356,
  } as Readonly<Record<string, number>>,
  searchGbMonth: 0.122,
  keyMonth: 1,
  alarmMonth: 0.1,
  dashboardMonth: 3,
  firewallMonth: 7,
  gatewayMillion: 3.5,
  lambdaMillion: 0.2,
  /** ARM, a GB for a second. */
  lambdaGbSecond: 0.0000133334,
  /** A GB for a second, kept ready. */
  provisionedGbSecond: 0.0000033334,
  tableReadMillion: 0.125,
  tableWriteMillion: 0.625,
  logsGb: 0.5,
} as const;

const HOURS = 730;
const ALARMS = 14;
/** Of the api function for a request, ms, as billed. */
const REQUEST_MS = 40;
/** KB of logs for a request: the audit event, the access log, Lambda's own lines. */
const REQUEST_LOG_KB = 1.5;
/** Of a hundred requests so many change something, with two capacity units each; a read has one. */
const WRITES_OF_100 = 20;

/** A month's cost, US dollars. */
export interface CostEstimate {
  readonly fixed: number;
  readonly perMillionRequests: number;
  /** What it is made of. */
  readonly parts: readonly { readonly what: string; readonly fixed: number }[];
  /** Not in it, since it is not known. */
  readonly without: readonly string[];
}

/** What a stage costs, about. */
export function estimateCost(deploy: ResolvedDeploy, preset: 'dev' | 'production'): CostEstimate {
  const without = ['data that is stored (DynamoDB $0.25, S3 $0.023 a GB)', 'traffic out of AWS', 'tax'];
  const parts: { what: string; fixed: number }[] = [];
  const { existing, instances, instanceType, volumeGb } = deploy.search;
  if (existing === undefined) {
    const number = instances ?? (preset === 'production' ? 3 : 1);
    const type = instanceType ?? (preset === 'production' ? 'r7g.large.search' : 't3.small.search');
    const gb = volumeGb ?? (preset === 'production' ? 100 : 10);
    const hour = PRICES.searchInstanceHour[type];
    if (hour === undefined) without.push(`OpenSearch, ${number} × ${type}, whose price is not known here`);
    else parts.push({ what: `OpenSearch, ${number} × ${type}`, fixed: number * hour * HOURS });
    parts.push({ what: `OpenSearch, ${number} × ${gb} GB`, fixed: number * gb * PRICES.searchGbMonth });
    if (preset === 'production' && number >= 3) {
      const manager = PRICES.searchInstanceHour['m7g.large.search'] ?? 0;
      parts.push({ what: 'OpenSearch, 3 × m7g.large.search that manage it', fixed: 3 * manager * HOURS });
    }
  }
  parts.push({ what: 'KMS key', fixed: PRICES.keyMonth });
  parts.push({ what: 'alarms and dashboard', fixed: ALARMS * PRICES.alarmMonth + PRICES.dashboardMonth });
  if (deploy.api.waf !== undefined) parts.push({ what: 'web application firewall', fixed: PRICES.firewallMonth });
  const { provisioned = 0, memory } = deploy.functions;
  const gb = memory / 1024;
  if (provisioned > 0) {
    parts.push({
      what: `${provisioned} functions kept ready`,
      fixed: provisioned * gb * PRICES.provisionedGbSecond * HOURS * 3600,
    });
  }
  return {
    fixed: parts.reduce((sum, part) => sum + part.fixed, 0),
    perMillionRequests: perMillion(gb),
    parts,
    without,
  };
}

function perMillion(gb: number): number {
  const writes = WRITES_OF_100 / 100;
  const lambda = PRICES.lambdaMillion + 1e6 * (REQUEST_MS / 1000) * gb * PRICES.lambdaGbSecond;
  const table = (1 - writes) * PRICES.tableReadMillion + writes * 2 * PRICES.tableWriteMillion;
  const logs = ((1e6 * REQUEST_LOG_KB) / 2 ** 20) * PRICES.logsGb;
  return PRICES.gatewayMillion + lambda + table + logs;
}
