import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const own = fileURLToPath(new URL('../../.cache/engines', import.meta.url));

/** Where engines are installed and what they leave while they run; checkouts on one machine may share one. */
export const FOLDER = resolve(process.env.FWOA_ENGINES_FOLDER || own);
