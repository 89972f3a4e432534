import { writeToStdout } from './log-line.ts';
import { startApi } from './start-api.ts';

/** The function behind the gateway: put together once a container. */
export const handler = startApi(process.env, writeToStdout);
