// npm run engines [-- install|start|stop|status [ENGINE…]]
import { ENGINES, NAMES } from './definitions.mjs';
import { install, isInstalled } from './install.mjs';
import { sweepPlaces } from './places.mjs';
import { EngineProblem } from './run.mjs';
import { keepRunning, running, stopRunning } from './running.mjs';
import { start } from './start.mjs';
import { inTurn } from './turn.mjs';

const USAGE = `npm run engines [-- [COMMAND] [ENGINE…]]

The engines that AWS's services are tested on, without Docker and without an account.

  (no command)  installs what is missing and starts what does not run
  install       installs what is missing
  start         starts what does not run
  stop          ends what runs
  status        tells what is there

  engines: ${NAMES.join(', ')}; default: all
`;

const COMMANDS = {
  all: async (names) => {
    await installAll(names);
    await startAll(names);
    show(names);
  },
  install: installAll,
  start: async (names) => {
    await startAll(names);
    show(names);
  },
  stop: stopAll,
  status: show,
};

async function installAll(names) {
  for (const name of names) {
    if (isInstalled(name)) continue;
    process.stderr.write(`Installing ${ENGINES[name].title} ${ENGINES[name].version} …\n`);
    await install(name);
  }
}

async function startAll(names) {
  for (const name of names) {
    if (running()[name] !== undefined) continue;
    const { url, pid, place } = await start(name, { detached: true });
    keepRunning({ ...running(), [name]: { url, pid, place } });
  }
}

async function stopAll(names) {
  const engines = running();
  for (const name of names) {
    if (engines[name] === undefined) continue;
    await stopRunning(engines[name]);
    delete engines[name];
    keepRunning(engines);
  }
  sweepPlaces();
}

function show(names) {
  const engines = running();
  for (const name of names) {
    const state = engines[name];
    const where =
      state === undefined ? (isInstalled(name) ? 'installed' : 'not installed') : `${state.url}  pid ${state.pid}`;
    process.stdout.write(`${name.padEnd(12)}${ENGINES[name].version.padEnd(10)}${where}\n`);
  }
}

async function main(argv) {
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const [first] = argv;
  const command = first !== undefined && Object.hasOwn(COMMANDS, first) ? first : 'all';
  const named = command === 'all' ? argv : argv.slice(1);
  const unknown = named.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) {
    process.stderr.write(`"${unknown}" is no command and no engine.\n\n${USAGE}`);
    return 2;
  }
  try {
    const names = named.length === 0 ? NAMES : named;
    if (command === 'status') show(names);
    else await inTurn(() => COMMANDS[command](names));
    return 0;
  } catch (error) {
    if (!(error instanceof EngineProblem)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

// What was begun is taken away when the process exits.
process.once('SIGINT', () => process.exit(130));
process.once('SIGTERM', () => process.exit(143));
process.exitCode = await main(process.argv.slice(2));
