import {
  asideSetup,
  checkSetup,
  confirmKeyBackup,
  getSetup,
  SETUP_LINES,
  type SetupLine,
  type SetupLineView,
  type SetupView,
} from '../../../common/api/routes';
import { err, ok, type Result } from '../../../common/result';
import type { Address } from './address';
import { ask } from './ask';
import { isReason, NO_REASON } from './brake_arguments';
import { LINE_WORDS, wordsOf } from './doctor_words';
import { EXIT, type Outcome } from './outcome';

const MARKS: Readonly<Record<SetupLineView['state'], string>> = {
  green: 'ok     ',
  amber: 'CAUTION',
  red: 'FAULT  ',
  unknown: 'UNKNOWN',
};

/** One line of the set-up with its proof, for people. */
export const setupLines = (view: SetupLineView): readonly string[] => {
  const { line, state, proof = [], aside } = view;
  const { says, todo } = wordsOf(view);
  return [
    `${aside === undefined || state === 'green' ? MARKS[state] : 'aside  '} ${LINE_WORDS[line]}: ${says}`,
    ...(aside === undefined ? [] : [`          set aside by ${aside.by} at ${aside.at}: ${aside.reason}`]),
    ...(todo === undefined ? [] : [`          to do: ${todo}`]),
    ...(state === 'green' ? [] : proof.map((each) => `          | ${each}`)),
  ];
};

const ended = ({ lines, open, host }: SetupView): string =>
  open === 0
    ? `everything is set up on ${host}${lines.some(({ aside }) => aside !== undefined) ? ', but for what was set aside' : ''}`
    : `${open} of ${lines.length} lines are open on ${host}`;

/** What is asked of the set-up. */
export type DoctorCommand =
  | { readonly name: 'doctor'; readonly address: Address; readonly last: boolean; readonly json: boolean }
  | {
      readonly name: 'doctor aside' | 'doctor want';
      readonly address: Address;
      readonly line: SetupLine;
      readonly reason: string;
    }
  | { readonly name: 'doctor backup'; readonly address: Address; readonly sha256: string };

const isLine = (word: string): word is SetupLine => (SETUP_LINES as readonly string[]).includes(word);

/** Reads what stands behind `reflex doctor`. */
export const doctorCommand = (
  [word, of, ...more]: readonly string[],
  address: Address,
  { last, json, reason }: { readonly last: boolean; readonly json: boolean; readonly reason?: string | undefined },
): Result<DoctorCommand, string> => {
  if (word === undefined) return ok({ name: 'doctor', address, last, json });
  if (word === 'backup' && of !== undefined && more.length === 0)
    return /^[0-9a-f]{64}$/i.test(of)
      ? ok({ name: 'doctor backup', address, sha256: of })
      : err('`reflex doctor backup` takes the sha256 of the backup file, as `sha256sum` prints it');
  if ((word !== 'aside' && word !== 'want') || of === undefined || more.length > 0)
    return err('`reflex doctor` takes no further word, or `aside LINE`, `want LINE`, or `backup SHA256`');
  if (!isLine(of)) return err(`\`${of}\` is no line of the set-up; there are ${SETUP_LINES.join(', ')}`);
  return isReason(reason) ? ok({ name: `doctor ${word}`, address, line: of, reason }) : err(NO_REASON);
};

interface Wish {
  /** Only what the last look found: nothing is tried. */
  readonly last: boolean;
  readonly json: boolean;
}

const told = (view: SetupView, line: SetupLine): Outcome => ({
  exit: EXIT.done,
  lines: view.lines.filter((each) => each.line === line).flatMap(setupLines),
});

/** Changes what people said of the set-up: what is set aside, and that the key has a backup. */
export const tellDoctor = async (command: Exclude<DoctorCommand, { readonly name: 'doctor' }>): Promise<Outcome> => {
  const { address } = command;
  const line = command.name === 'doctor backup' ? 'key' : command.line;
  const answer =
    command.name === 'doctor backup'
      ? await ask(address, confirmKeyBackup, {}, { sha256: command.sha256 })
      : await ask(address, asideSetup, { line }, { aside: command.name === 'doctor aside', reason: command.reason });
  return answer.ok ? told(answer.value, line) : { exit: EXIT.error, lines: [answer.error] };
};

/** Looks at everything that has to be set up, and proves it. Exit code 1: some line is neither green nor set aside. */
export const doctor = async (address: Address, { last, json }: Wish): Promise<Outcome> => {
  const answer = last ? await ask(address, getSetup) : await ask(address, checkSetup);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const view = answer.value;
  const exit = view.open === 0 ? EXIT.done : EXIT.differs;
  if (json) return { exit, lines: [JSON.stringify(view, null, 2)] };
  return { exit, lines: [...view.lines.flatMap(setupLines), ended(view)] };
};
