import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * The folder of real input, which is not part of the project: `../shared/examples` beside the checkout, or what `FWOA_EXAMPLES` names.
 * Undefined when it is not there: tests that need it are skipped then.
 */
export function examplesFolder(): string | undefined {
  const folder = resolve(root, process.env.FWOA_EXAMPLES ?? '../shared/examples');
  return existsSync(join(folder, 'synthea')) ? folder : undefined;
}

/** Said in the name of a test that is skipped for want of them. */
export const NEEDS_EXAMPLES = 'needs ../shared/examples (or FWOA_EXAMPLES)';

export function gunzipFile(file: string): string {
  return gunzipSync(readFileSync(file)).toString();
}
