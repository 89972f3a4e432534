import { readFileSync } from 'node:fs';
import { isAbsolute, relative } from 'node:path';
import { type ConfigFault, describeIssues, pathText, unknownTypes } from './config-faults.ts';
import { configSchema } from './config-schema.ts';
import { evaluateConfig } from './evaluate-config.ts';
import type { LoadedConfig } from './load-config.ts';
import { locateValue, type Place } from './locate-value.ts';
import { ConfigSyntaxError, type ParsedConfig, parseConfig } from './parse-config.ts';
import { Problem, systemCode } from './problem.ts';
import { resolveConfig } from './resolve-config.ts';

/** An error as it is told: where, and what. */
interface ToldFault {
  readonly place: Place | undefined;
  readonly text: string;
}

/**
 * Reads and checks a configuration file.
 *
 * @param cwd where the person is: the file is named from there
 * @throws Problem `config-invalid` with every error, each with its place; `config-unreadable`
 */
export async function readConfig(file: string, cwd: string): Promise<LoadedConfig> {
  const shown = shownName(file, cwd);
  const source = parsed(readText(file, shown), file, shown);
  const value = await evaluated(file, shown, source);
  const refuse = (faults: readonly ConfigFault[], cause?: unknown) => {
    const told = faults.map(({ path, text, part }) => ({
      place: locateValue(source, path, part),
      text: `${pathText(path)}${text.startsWith(':') || path.length === 0 ? '' : ' '}${text}`,
    }));
    return invalid(shown, told, cause);
  };
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw refuse([{ path: [], text: 'The file must export an object: export default defineConfig({ … })' }]);
  }
  const result = configSchema.safeParse(value);
  if (!result.success) throw refuse(describeIssues(result.error.issues, value), result.error);
  const config = resolveConfig(result.data);
  return {
    config,
    file,
    checkTypes(types) {
      const faults = unknownTypes(config.roles, types);
      if (faults.length > 0) throw refuse(faults);
    },
  };
}

function shownName(file: string, cwd: string): string {
  const name = relative(cwd, file);
  return name.startsWith('..') || isAbsolute(name) ? file : name;
}

function readText(file: string, shown: string): string {
  try {
    // What an editor may put before it is no part of it.
    return readFileSync(file, 'utf8').replace(/^\ufeff/, '');
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    const why = systemCode(error) === 'EACCES' ? 'You may not read it.' : undefined;
    throw new Problem('config-unreadable', { what: `${shown} cannot be read.`, why }, { cause: error });
  }
}

function parsed(text: string, file: string, shown: string): ParsedConfig {
  try {
    return parseConfig(text, file);
  } catch (error) {
    if (!(error instanceof ConfigSyntaxError)) throw error;
    throw invalid(shown, [{ place: error.place, text: error.message }], error);
  }
}

async function evaluated(file: string, shown: string, source: ParsedConfig): Promise<unknown> {
  try {
    return await evaluateConfig(file, source);
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw invalid(shown, [{ place: placeOf(error, file), text: `The file failed when it ran: ${line}` }], error);
  }
}

/** The line of the file that an error came from. Lines are kept when the file is made JavaScript, columns are not. */
function placeOf(error: unknown, file: string): Place | undefined {
  const { stack = '' } = error instanceof Error ? error : {};
  const at = stack.indexOf(`${file}:`);
  const line = at < 0 ? undefined : /^\d+/.exec(stack.slice(at + file.length + 1))?.[0];
  return line === undefined ? undefined : { line: Number(line), column: 1 };
}

function invalid(shown: string, faults: readonly ToldFault[], cause?: unknown): Problem {
  const lines = faults
    .toSorted((a, b) => (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0))
    .map(({ place, text }) => `${shown}${place === undefined ? '' : `:${place.line}:${place.column}`}  ${text}`);
  const what = `${shown} has ${faults.length === 1 ? 'an error' : `${faults.length} errors`}.`;
  const next = 'Mend it; docs/configuration.md has every key with an example.';
  // The reporter sets the first line in by two.
  return new Problem('config-invalid', { what, why: lines.join('\n  '), next }, { cause });
}
