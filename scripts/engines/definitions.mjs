// What each engine is: its release, how it is installed into a folder, how it is started from there.
import { cpSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EngineProblem, run } from './run.mjs';

/** What the launchers of all Java engines have. */
export const SHARED_JAVA = 'java';

const here = fileURLToPath(new URL('.', import.meta.url));

const JAVA =
  'Install a JDK 17 or later and Maven (Debian: apt-get install maven default-jdk-headless; macOS: brew install maven).';
const PYTHON =
  'Install Python 3.10 or later with venv (Debian: apt-get install python3-venv; macOS: brew install python).';
const OLD_PYTHON = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))';
const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:2.8:copy-dependencies';

/** Fetches a Maven project's dependencies and compiles its one class. */
async function installJava(name, mainClass, folder) {
  const [, release] = /(\d+)/.exec(await run('javac', ['-version'], { advice: JAVA })) ?? [];
  await run('mvn', ['-v'], { advice: JAVA });
  if (Number(release) < 17) throw new EngineProblem(`The JDK is of release ${release}. ${JAVA}`);
  for (const part of [name, SHARED_JAVA]) cpSync(join(here, part), folder, { recursive: true });
  // One of many downloads may fail; Maven goes on where it was.
  const attempts = 3;
  await run('mvn', ['-q', '-B', COPY, '-DoutputDirectory=lib'], { cwd: folder, attempts });
  await run('javac', ['-cp', join('lib', '*'), '-sourcepath', '.', `${mainClass}.java`], { cwd: folder });
}

async function installPython(name, folder) {
  await run('python3', ['-c', OLD_PYTHON], { advice: PYTHON });
  mkdirSync(folder, { recursive: true });
  await run('python3', ['-m', 'venv', 'env'], { cwd: folder, advice: PYTHON });
  const requirements = join(here, name, 'requirements.txt');
  const argv = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--requirement', requirements];
  await run(join(folder, 'env', 'bin', 'python'), argv, { attempts: 3 });
}

function java(folder, memory, mainClass, ...rest) {
  return {
    command: 'java',
    argv: [...memory, '-cp', `${folder}${delimiter}${join(folder, 'lib', '*')}`, mainClass, ...rest],
  };
}

/** The variable by which an engine is told to end when its standard input does, as it does when its starter is killed. */
export const ENDS_WITH_INPUT = 'FWOA_ENGINE_ENDS_WITH_INPUT';

const MINISTACK = `
import os, sys, threading
def watch():
    sys.stdin.buffer.read()
    os._exit(0)
if os.environ.pop("${ENDS_WITH_INPUT}", ""):
    threading.Thread(target=watch, daemon=True).start()
from ministack.app import main
main()
`;

export const ENGINES = {
  dynamodb: {
    title: 'DynamoDB Local',
    version: '3.1.0',
    install: (folder) => installJava('dynamodb', 'DynamoDbEngine', folder),
    start: (folder, { port, data }) =>
      java(
        folder,
        ['-Xmx512m', `-Djava.library.path=${join(folder, 'lib')}`],
        'DynamoDbEngine',
        ...(data === undefined ? ['-inMemory'] : ['-dbPath', data]),
        '-sharedDb',
        '-disableTelemetry',
        '-port',
        String(port),
      ),
    // It refuses what is not signed: so it is there.
    isReady: (status) => status === 400,
  },
  opensearch: {
    title: 'OpenSearch',
    version: '2.19.1',
    needsData: true,
    install: (folder) => installJava('opensearch', 'OpenSearchEngine', folder),
    start: (folder, { port, data, secondPort }) =>
      java(folder, ['-Xms512m', '-Xmx512m'], 'OpenSearchEngine', String(port), data, String(secondPort)),
    isReady: (status) => status === 200,
  },
  aws: {
    title: 'ministack (S3, KMS, Lambda, API Gateway, Cognito …)',
    version: '1.5.33',
    install: (folder) => installPython('aws', folder),
    start: (folder, { port, temporary }) => ({
      // Functions and what runs them are put there. What kind of modules they are, our own package.json further up must not say.
      files: [[join(temporary, 'package.json'), '{"type":"commonjs"}']],
      command: join(folder, 'env', 'bin', 'python'),
      // Its own script names the folder that it was installed in, which has been renamed since.
      argv: ['-c', MINISTACK],
      env: {
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        IOT_MTLS_ENABLED: '0',
        AWS_ENDPOINT_URL: undefined,
        // It leaves files there.
        TMPDIR: temporary,
      },
    }),
    isReady: (status) => status === 200,
  },
};

export const NAMES = Object.keys(ENGINES);
