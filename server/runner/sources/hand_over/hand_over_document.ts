import {
  HAND_OVER_VERSION,
  type HandOverDocument,
  type HandOverEnding,
} from '../../../../common/api/hand_over_document';
import type { OnExpiry } from '../../../../common/flow/demand';
import { present } from '../../../../common/present';
import type { AboutAct, HandOverContent } from '../../keeping/kinds/hand_over';
import { plain } from './about_act';
import { messageKey, type DueMessage } from './next_message';

/* From a hand-over to the message that its channel gets. Pure. */

/** Everything that a message is made of. */
export interface Telling {
  readonly id: string;
  readonly handed: HandOverContent;
  readonly message: DueMessage;
  /** UTC of this sending. */
  readonly at: string;
  /** The address of the page of Reflex; undefined: no link. */
  readonly page: string | undefined;
}

const LONGEST_TEXT = 8_000;
const LONGEST_NAME = 256;
const MINUTE_MS = 60_000;

const actText = ({ action, target }: AboutAct): string => {
  const on = target.host === undefined ? target.value : `${target.value} on ${target.host}`;
  return `${action.replace(/_/g, ' ')} ${plain(on, LONGEST_NAME)}`;
};

const lastsText = ({ ttl_ms }: AboutAct): string => {
  if (ttl_ms === null) return '';
  const minutes = Math.max(1, Math.round(ttl_ms / MINUTE_MS));
  return minutes < 120 ? ` for ${minutes} min` : ` for ${Math.round(minutes / 6) / 10} h`;
};

const WITHOUT_ANSWER: Readonly<Record<OnExpiry, string>> = {
  deny: 'If nobody answers, nothing is done.',
  second: 'If nobody answers, it waits once more and takes one more person; nothing is done by itself.',
  hold: 'If nobody answers, it waits on for up to 7 days; nothing is done by itself.',
};

const ENDED: Readonly<Record<HandOverEnding, string>> = {
  approved: 'Approved',
  denied: 'Denied',
  expired: 'Nobody answered in time; nothing was done',
  over: 'No longer waiting',
};

const titleOf = ({ handed, message }: Telling): string => {
  const what = actText(handed.about);
  switch (message.step) {
    case 'opened':
      return `${handed.round > 1 ? 'Waiting again' : 'Approve or deny'}: ${what}`;
    case 'reminded':
      return `${message.mark === 'last' ? 'A tenth of the time is left' : 'Half of the time is over'}: ${what}`;
    case 'closed':
      return `${ENDED[handed.ending?.how ?? 'over']}: ${what}`;
  }
};

const linkOf = (page: string, { case_id, act_id }: HandOverContent): string =>
  `${page}#/escalations/${encodeURIComponent(case_id)}/${encodeURIComponent(act_id)}`;

const askedLine = (about: AboutAct): string =>
  `Asked: ${actText(about)}${lastsText(about)}, by policy ${about.policy}${about.connector === undefined ? '' : ` at ${about.connector}`}`;

const eventLine = ({ rule, severity, confidence, event_id, source, event_timestamp }: AboutAct): string => {
  const named = rule?.name ?? rule?.id;
  const from = `${event_id} of ${plain(`${source.type}:${source.id}`)} at ${event_timestamp}`;
  return `Event: ${named === undefined ? '' : `${named}, `}severity ${severity}, confidence ${confidence}, ${from}`;
};

const waitingLines = ({
  why,
  nearest_miss: miss,
  until,
  without_answer,
}: AboutAct): ReadonlyArray<string | undefined> => [
  why.length === 0 ? undefined : `Why it waits: ${why.join('; ')}`,
  miss && `Nearest miss: ${miss.policy} lacked ${miss.unmet.length === 0 ? 'another sighting' : miss.unmet.join('; ')}`,
  until && `Answer until ${until}. ${WITHOUT_ANSWER[without_answer ?? 'deny']}`,
];

const endingLine = ({ ending }: HandOverContent): string | undefined => {
  if (ending === undefined) return undefined;
  const by = ending.by === undefined ? '' : ` by ${plain(ending.by, LONGEST_NAME)}`;
  return `${ENDED[ending.how]}${by} at ${ending.at}${ending.reason === undefined ? '' : `: ${plain(ending.reason)}`}`;
};

/** For people: what happened, what is asked, until when, what comes without an answer, and where. */
const textOf = ({ id, handed, message }: Telling, title: string, link: string | undefined): string => {
  const { about } = handed;
  const isOver = message.step === 'closed';
  const lines = [
    title,
    askedLine(about),
    eventLine(about),
    ...(isOver ? [endingLine(handed)] : waitingLines(about)),
    link && `${isOver ? 'More' : 'Answer'}: ${link}`,
    `Reference: ${id}`,
  ];
  return lines
    .filter((line) => line !== undefined)
    .join('\n')
    .slice(0, LONGEST_TEXT);
};

/** The message of a hand-over. */
export const handOverDocument = (telling: Telling): HandOverDocument => {
  const { id, handed, message, at, page } = telling;
  const { about, ending, ticket, round, case_id, act_id, decision_id } = handed;
  const { ttl_ms: _ttl, connector: _connector, until, without_answer, ...told } = about;
  const isOver = message.step === 'closed';
  const title = titleOf(telling);
  const link = page === undefined ? undefined : linkOf(page, handed);
  return {
    reflex_hand_over: HAND_OVER_VERSION,
    key: messageKey(id, handed, message),
    hand_over_id: id,
    round,
    event: message.step,
    told_at: at,
    title,
    text: textOf(telling, title, link),
    ...told,
    case_id,
    act_id,
    decision_id,
    ...present({
      link,
      until: isOver ? undefined : until,
      without_answer: isOver ? undefined : without_answer,
      mark: message.step === 'reminded' ? message.mark : undefined,
      ending: isOver
        ? ending && {
            ...ending,
            ...present({ reason: ending.reason === undefined ? undefined : plain(ending.reason) }),
          }
        : undefined,
      ticket,
    }),
  };
};
