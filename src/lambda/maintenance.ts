import { writeToStdout } from './log-line.ts';
import { startMaintenance } from './start-maintenance.ts';

/** The function that admins invoke to look after the index: put together once a container. */
export const handler = startMaintenance(process.env, writeToStdout);
