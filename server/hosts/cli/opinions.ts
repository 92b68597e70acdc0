import type { OpinionView } from '../../../common/api/routes';
import { giveOpinion, listOpinions } from '../../../common/api/routes';
import { actionNamed } from '../../../common/policy/actions';
import { err, ok, type Result } from '../../../common/result';
import type { Address } from './address';
import { ask } from './ask';
import { isReason, NO_REASON } from './brake_arguments';
import { EXIT, type Outcome } from './outcome';

/* `reflex opinions`: answers of others that one is asked about. */

const VERBS = ['approve', 'deny'] as const;
type Verb = (typeof VERBS)[number];

export type OpinionCommand =
  | { readonly name: 'opinions'; readonly address: Address }
  | {
      readonly name: 'opinions give';
      readonly address: Address;
      readonly id: string;
      readonly verb: Verb;
      readonly reason: string;
    };

/** @returns the command, or what is wrong in a sentence */
export const opinionCommand = (
  [word, id, ...more]: readonly string[],
  address: Address,
  reason: string | undefined,
): Result<OpinionCommand, string> => {
  if (word === undefined) return ok({ name: 'opinions', address });
  const verb = VERBS.find((each) => each === word);
  if (verb === undefined || id === undefined || more.length > 0)
    return err('`reflex opinions` takes no further word, or `approve ID`, or `deny ID`');
  return isReason(reason) ? ok({ name: 'opinions give', address, id, verb, reason }) : err(NO_REASON);
};

const linesOf = ({ opinion_id, act, brief, why, score, until }: OpinionView): readonly string[] => [
  `${brief.severity}  ${actionNamed(act.action)?.title ?? act.action}: ${act.target.value}  (${brief.rule ?? 'no rule'}, score ${score})`,
  ...why.slice(0, 3).map(({ text }) => `    ${text}`),
  `    asked until ${until}; ${opinion_id}`,
];

/** Runs one of these commands. */
export const opinions = async (command: OpinionCommand): Promise<Outcome> => {
  const { address } = command;
  if (command.name === 'opinions') {
    const answer = await ask(address, listOpinions);
    if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
    const { asked, of_others, as_of } = answer.value;
    const first = `${asked.length} answers of others to give a second opinion on, and ${of_others} that others are asked about, as of ${as_of}`;
    return { exit: EXIT.done, lines: [first, ...asked.flatMap(linesOf)] };
  }
  const { id, verb, reason } = command;
  const answer = await ask(address, giveOpinion, { opinion_id: id }, { verb, reason });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { agrees, first } = answer.value;
  const was = first.verb === 'approve' ? 'approved' : 'denied';
  return { exit: EXIT.done, lines: [`${agrees ? 'agrees' : 'differs'}: ${first.by} ${was} it at ${first.at}`] };
};
