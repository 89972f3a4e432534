/** The engines that AWS's services are tested on. */
export type Engine = 'dynamodb' | 'opensearch' | 'aws';

/** By which variables of the environment the tests find them. */
export const ENGINE_VARIABLES: Readonly<Record<Engine, string>> = {
  dynamodb: 'FWOA_DYNAMODB_URL',
  opensearch: 'FWOA_OPENSEARCH_URL',
  aws: 'FWOA_AWS_URL',
};

/** Where an engine answers; undefined when it is not there, and what needs it is to be skipped. The run's setup finds them. */
export function engineUrl(engine: Engine): string | undefined {
  return process.env[ENGINE_VARIABLES[engine]];
}
