/** Whether an engine (`dynamodb`, `opensearch`, `aws`) is installed, as it is defined now. */
export function isInstalled(name: string): boolean;
