import { fileURLToPath } from 'node:url';

/** Where engines are installed and what they leave while they run; checkouts of one machine may share one. */
export const FOLDER =
  process.env.FWOA_ENGINES_FOLDER ?? fileURLToPath(new URL('../../.cache/engines', import.meta.url));
