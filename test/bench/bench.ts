import { serveRole } from './processes/roles.ts';
import { runBench } from './run-bench.ts';

// One bundle, several processes: the bench starts itself again for each of its parts (load, references).
const [flag, role = ''] = process.argv.slice(2);
if (flag === '--role') await serveRole(role);
else process.exitCode = await runBench(process.argv.slice(2));
