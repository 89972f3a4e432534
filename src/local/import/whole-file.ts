import type { Answer } from './answer.ts';
import { requestsFor } from './content-requests.ts';
import { exchange, type ImportContext } from './import-context.ts';
import type { ImportFile } from './import-file.ts';
import { readWhole } from './read-file.ts';
import { reasonOf } from './reason.ts';
import { hasArrived } from './settle.ts';

/** What became of a file: `refused` may be tried again, when more is there that it refers to. */
export type WholeFileResult =
  | { readonly state: 'done' }
  | { readonly state: 'stopped' }
  | { readonly state: 'refused'; readonly answer: Answer };

/** Imports a .json file: one resource or one bundle. */
export async function importWholeFile(
  file: ImportFile,
  sha256: string,
  context: ImportContext,
): Promise<WholeFileResult> {
  const { journal, tally, target } = context;
  try {
    const content = await readWhole(file);
    const requests = requestsFor(content);
    const [first] = requests;
    const before = journal.find(sha256);
    if (
      context.resume &&
      before?.state === 'begun' &&
      (await hasArrived(content, before.at, target, context.onNote, file.name))
    ) {
      journal.add({ sha256, file: file.name, state: 'done' });
      return { state: 'done' };
    }
    if (requests.length === 1 && first?.atomic) return await importAtOnce(first, file, sha256, context);
    let refused = 0;
    for (const request of requests) {
      if (context.stopped()) return { state: 'stopped' };
      const answer = await exchange(target, request);
      tally.add(file.name, answer);
      refused += answer.refusedTypes.length;
      if (answer.refusedTypes.length > 0) context.onRefused();
    }
    journal.add({ sha256, file: file.name, state: 'done', refused });
  } catch (error) {
    tally.refuse({ file: file.name, text: reasonOf(error) });
    context.onRefused();
  }
  return { state: 'done' };
}

/** One request, all or nothing: noted before and after, so that it is known where an import was cut off. */
async function importAtOnce(
  request: Parameters<typeof exchange>[1],
  file: ImportFile,
  sha256: string,
  context: ImportContext,
): Promise<WholeFileResult> {
  context.journal.add({ sha256, file: file.name, state: 'begun' });
  const answer = await exchange(context.target, request);
  const refused = answer.refusedTypes.length > 0;
  context.journal.add({ sha256, file: file.name, state: refused ? 'refused' : 'done' });
  if (refused) return { state: 'refused', answer };
  context.tally.add(file.name, answer);
  return { state: 'done' };
}
