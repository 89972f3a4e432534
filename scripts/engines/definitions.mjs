// What each engine is: its release, how it is installed into a folder, how it is started from there.
import { cpSync, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from './run.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Fetches a Maven project's dependencies and compiles its one class. */
async function installJava(name, mainClass, folder) {
  const maven =
    'Install Maven and a JDK 17 or later (Debian: apt-get install maven default-jdk-headless; macOS: brew install maven).';
  cpSync(join(here, name), folder, { recursive: true });
  // The first of many downloads may fail; Maven goes on where it was.
  const fetch = () =>
    run('mvn', ['-q', '-B', 'dependency:copy-dependencies', '-DoutputDirectory=lib'], { cwd: folder, missing: maven });
  await fetch().catch((error) => (error.missing ? Promise.reject(error) : fetch()));
  await run('javac', ['-cp', join('lib', '*'), `${mainClass}.java`], { cwd: folder, missing: maven });
}

function java(folder, memory, mainClass, ...rest) {
  return {
    command: 'java',
    argv: [...memory, '-cp', `${folder}${delimiter}${join(folder, 'lib', '*')}`, mainClass, ...rest],
  };
}

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
    async install(folder) {
      const python = 'Install Python 3.10 or later with venv (Debian: apt-get install python3-venv).';
      mkdirSync(folder, { recursive: true });
      await run('python3', ['-m', 'venv', 'env'], { cwd: folder, missing: python });
      const packages = ['ministack==1.5.33', 'cryptography'];
      const pip = join(folder, 'env', 'bin', 'python');
      await run(pip, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], { cwd: folder });
    },
    start: (folder, { port }) => ({
      command: join(folder, 'env', 'bin', 'python'),
      // Its own script names the folder that it was installed in, which has been renamed since.
      argv: ['-c', 'from ministack.app import main; main()'],
      env: { GATEWAY_PORT: String(port), BIND_HOST: '127.0.0.1', IOT_MTLS_ENABLED: '0', AWS_ENDPOINT_URL: undefined },
    }),
    isReady: (status) => status === 200,
  },
};

export const NAMES = Object.keys(ENGINES);
