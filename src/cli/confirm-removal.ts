import { Problem } from '../config/problem.ts';
import type { CommandIo } from './command.ts';

/** Before anything is opened: without a person who can be asked, --yes is demanded. */
export function assertConfirmable(yes: boolean, { canAsk }: CommandIo): void {
  if (yes || canAsk) return;
  const why = 'Nobody can be asked here.';
  const next = 'Add --yes to remove without being asked.';
  throw new Problem('confirmation-missing', { what: 'This takes a confirmation.', why, next }, { kind: 'usage' });
}

/** Has the name typed, unless --yes was given. */
export async function confirmRemoval(name: string, consequence: string, yes: boolean, io: CommandIo): Promise<void> {
  if (yes) return;
  io.reporter.note(consequence);
  if ((await io.prompts.text(`Type ${name} to go on:`)).trim() === name) return;
  throw new Problem('not-confirmed', { what: 'That is another name.', next: 'Nothing was removed.' });
}
