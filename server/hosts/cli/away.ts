import type { AbsenceView } from '../../../common/api/routes';
import { endAbsence, listAbsences, setAbsence } from '../../../common/api/routes';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { Address } from './address';
import { ask } from './ask';
import { isReason, NO_REASON } from './brake_arguments';
import { EXIT, type Outcome } from './outcome';

/* `reflex away`: approvers who are away, and who stands in for them. */

export type AwayCommand =
  | { readonly name: 'away'; readonly address: Address }
  | {
      readonly name: 'away set';
      readonly address: Address;
      readonly stand_in: string;
      readonly from?: string;
      readonly until: string;
      readonly reason: string;
    }
  | { readonly name: 'away end'; readonly address: Address; readonly id: string; readonly reason: string };

interface Given {
  readonly reason?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** @returns the command, or what is wrong in a sentence */
export const awayCommand = (
  [word, name, ...more]: readonly string[],
  address: Address,
  { reason, from, to }: Given,
): Result<AwayCommand, string> => {
  if (word === undefined) return ok({ name: 'away', address });
  if ((word !== 'set' && word !== 'end') || name === undefined || more.length > 0)
    return err('`reflex away` takes no further word, or `set NAME`, or `end ID`');
  if (!isReason(reason)) return err(NO_REASON);
  if (word === 'end') return ok({ name: 'away end', address, id: name, reason });
  if (to === undefined) return err('say until when with `--to 2026-12-24T18:00:00Z`');
  return ok({ name: 'away set', address, stand_in: name, until: to, reason, ...present({ from }) });
};

const lineOf = ({ id, who, stand_in, from, until, also = [] }: AbsenceView): string => {
  const further = also.length === 0 ? '' : `, who is away too: ${also.join(', ')}`;
  return `${who} is away from ${from} until ${until}; ${stand_in} stands in${further}  ${id}`;
};

const outcomeOf = (answer: Result<{ readonly absences: readonly AbsenceView[] }, string>): Outcome => {
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { absences } = answer.value;
  return { exit: EXIT.done, lines: absences.length === 0 ? ['nobody is away'] : absences.map(lineOf) };
};

/** Runs one of these commands; each answers with everybody who is away then. */
export const away = async (command: AwayCommand): Promise<Outcome> => {
  const { address } = command;
  switch (command.name) {
    case 'away':
      return outcomeOf(await ask(address, listAbsences));
    case 'away set': {
      const { stand_in, from, until, reason } = command;
      return outcomeOf(await ask(address, setAbsence, {}, { stand_in, until, reason, ...present({ from }) }));
    }
    case 'away end':
      return outcomeOf(await ask(address, endAbsence, { absence_id: command.id }, { reason: command.reason }));
  }
};
