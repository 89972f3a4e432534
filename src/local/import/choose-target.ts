import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { OWNER_HEADER } from '../../auth/challenges.ts';
import { Problem } from '../../config/problem.ts';
import { resolveConfig } from '../../config/resolve-config.ts';
import type { FhirVersion } from '../../fhir/fhir-version.ts';
import { openAuditLog } from '../audit-log/open-audit-log.ts';
import { tryDataFolder } from '../data-folder.ts';
import { folderInUse } from '../folder-lock.ts';
import { OWNER_ACCESS } from '../open-local-access.ts';
import { openLocalApi } from '../open-local-api.ts';
import { openLocalBinary } from '../open-local-binary.ts';
import { AUDIT_FOLDER } from '../open-local-service.ts';
import { readServerFile } from '../server-file.ts';
import { directTarget, httpTarget, type ImportTarget } from './target.ts';

/** Where an import goes, and where it is noted what was done. */
export interface ChosenTarget {
  readonly target: ImportTarget;
  readonly journalFile: string;
  /** The folder was made for this. */
  readonly createdFolder: boolean;
  close(): Promise<void>;
}

/**
 * A server at a URL. The journal lies in the user's cache folder, by the URL.
 *
 * @param credentials headers that say who asks
 */
export async function remoteTarget(
  url: string,
  cacheFolder: string,
  credentials: Readonly<Record<string, string>>,
): Promise<ChosenTarget> {
  const target = httpTarget(url, credentials);
  await check(target);
  const name = createHash('sha256').update(url).digest('hex').slice(0, 16);
  const journalFile = join(cacheFolder, 'fwoa', 'imports', `${name}.ndjson`);
  return { target, journalFile, createdFolder: false, close: async () => {} };
}

/** A data folder: through the server that runs on it, or, when none does, straight into its store. */
export async function folderTarget(
  folder: string,
  name: string,
  fhirVersion: FhirVersion | undefined,
): Promise<ChosenTarget> {
  const journalFile = join(folder, 'imports.ndjson');
  const held = tryDataFolder(folder, fhirVersion, 'fwoa import');
  if (held === undefined) {
    const server = readServerFile(folder);
    if (server === undefined) throw folderInUse(folder);
    const target = httpTarget(server.url, { [OWNER_HEADER]: server.secret });
    await check(target);
    return { target, journalFile, createdFolder: false, close: async () => {} };
  }
  try {
    const audit = openAuditLog(join(folder, AUDIT_FOLDER), { report });
    const baseUrl = 'http://127.0.0.1:8080';
    const binary = openLocalBinary(folder, baseUrl, resolveConfig({}).binary);
    const api = await openLocalApi(held, { baseUrl, auth: OWNER_ACCESS, audit, binary, report });
    const close = async (): Promise<void> => {
      await api.close();
      await audit.close();
      held.release();
    };
    return { target: directTarget(api, name), journalFile, createdFolder: held.created, close };
  } catch (error) {
    held.release();
    throw error;
  }
}

/** That there is a FHIR server, before any file is read. */
async function check(target: ImportTarget): Promise<void> {
  const { status, body } = await target.send({ method: 'GET', path: 'metadata', once: true });
  const text = Buffer.from(body).toString();
  if (status === 200 && /"resourceType"\s*:\s*"CapabilityStatement"/.test(text)) return;
  throw new Problem('no-fhir-server', {
    what: `There is no FHIR server at ${target.name}.`,
    why: `${target.name}/metadata answered ${status}, without a CapabilityStatement.`,
    next: 'Name its base URL: that which /Patient would follow.',
  });
}

function report(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error));
}
