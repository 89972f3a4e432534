import { writeToStdout } from './log-line.ts';
import { startIndexer } from './start-indexer.ts';

/** The function behind the table's stream and a schedule: put together once a container. */
export const handler = startIndexer(process.env, writeToStdout);
