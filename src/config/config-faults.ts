import type { z } from 'zod';
import { closest } from '../fhir/search/closest.ts';
import { knownKeys } from './config-schema.ts';
import type { ValuePath } from './locate-value.ts';
import type { ResolvedRole } from './resolve-config.ts';

/** One thing that is wrong in a configuration. */
export interface ConfigFault {
  readonly path: ValuePath;
  /** Goes on after the path, or after a colon. */
  readonly text: string;
  /** `key`: it is the name that is wrong. */
  readonly part?: 'key' | undefined;
}

type Issue = z.core.$ZodIssue;

/** What the schema finds, in the words of a person; one fault a wrong value or key. Values are shown of names alone: others may be secret. */
export function describeIssues(issues: readonly Issue[], config: unknown): ConfigFault[] {
  return issues.flatMap((issue) => describeIssue(issue, config));
}

function describeIssue(issue: Issue, config: unknown): ConfigFault | ConfigFault[] {
  const { path: steps, message } = issue;
  const path = steps.map((step) => (typeof step === 'symbol' ? String(step) : step));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        text: `is no key that is known here.${suggestion(key, knownKeys(path))}`,
        part: 'key' as const,
      }));
    case 'invalid_type':
      if (valueAt(config, path) === undefined) return { path, text: 'is missing' };
      return { path, text: `must be ${expectedText(issue.expected)}` };
    case 'invalid_value': {
      const value = valueAt(config, path);
      const names = issue.values.map(String);
      const among = `must be ${names.length > 6 ? 'one of ' : ''}${names.map((name) => JSON.stringify(name)).join(', ')}`;
      if (typeof value !== 'string') return { path, text: among };
      return { path, text: `: ${JSON.stringify(value)} is not known.${suggestion(value, names)} It ${among}.` };
    }
    case 'invalid_key':
      return { path, text: issue.issues[0]?.message ?? message, part: 'key' };
    default:
      return { path, text: message };
  }
}

/** Types of rules that the FHIR version does not have. */
export function unknownTypes(roles: readonly ResolvedRole[], types: readonly string[]): ConfigFault[] {
  const known = new Set(types);
  const faults: ConfigFault[] = [];
  for (const { name, rules } of roles) {
    for (const [i, rule] of rules.entries()) {
      for (const [j, type] of (rule.types === '*' ? [] : rule.types).entries()) {
        if (known.has(type)) continue;
        const text = `: ${JSON.stringify(type)} is no resource type.${suggestion(type, types)}`;
        faults.push({ path: ['roles', name, 'rules', i, 'types', j], text });
      }
    }
  }
  return faults;
}

/** `roles.nurse.rules[0].types` as a person writes it. An index at the end is left out: the place shows which. */
export function pathText(path: ValuePath): string {
  const steps = typeof path.at(-1) === 'number' ? path.slice(0, -1) : path;
  return steps
    .map((step, i) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `[${JSON.stringify(step)}]`;
      return i === 0 ? step : `.${step}`;
    })
    .join('');
}

function suggestion(name: string, candidates: readonly string[]): string {
  const near = closest(name, candidates);
  return near === undefined ? '' : ` Did you mean ${JSON.stringify(near)}?`;
}

function valueAt(value: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>(
    (at, step) => (typeof at === 'object' && at !== null ? (at as Record<string | number, unknown>)[step] : undefined),
    value,
  );
}

const EXPECTED: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  int: 'a whole number',
  number: 'a number',
  object: 'an object',
  record: 'an object',
  string: 'a text',
};

function expectedText(expected: string): string {
  return EXPECTED[expected] ?? expected;
}
