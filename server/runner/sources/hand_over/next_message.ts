import { present } from '../../../../common/present';
import type { CaseContent } from '../../keeping/kinds/case';
import type { HandOverContent } from '../../keeping/kinds/hand_over';
import { REMINDER_MARKS, type ReminderMark } from '../../keeping/kinds/reminded';
import { aboutAct, type WaitingAct } from './about_act';

/*
 * What a channel has to hear of an act: the difference between what the state says and what was told. Nothing
 * is queued:
 * what was answered before it could be told is never told. Pure.
 */

/** The acts of a case that wait for a person. Acts of the demo are handed over to nobody. */
export const waitingActsOf = (content: CaseContent): readonly WaitingAct[] => {
  const { decision, acts, received } = content;
  if (decision === undefined || received.demo === true) return [];
  return acts
    .filter(({ status }) => status === 'waiting')
    .flatMap((progress) => {
      const act = decision.acts.find(({ act_id }) => act_id === progress.act_id);
      return act === undefined || act.shadow ? [] : [{ content, decision, act, progress }];
    });
};

/** How an act stopped waiting, as its case says; `over` where nobody and no time ended it. */
export const endingOf = (
  content: CaseContent | undefined,
  actId: string,
  at: string,
): NonNullable<HandOverContent['ending']> => {
  const act = content?.acts.find(({ act_id }) => act_id === actId);
  const { verb, by, at: saidAt, reason } = act?.resolution ?? {};
  if (verb === undefined || saidAt === undefined || verb === 'lifted')
    return { how: 'over', at, ...present({ reason: act?.text }) };
  return { how: verb, at: saidAt, ...present({ by, reason }) };
};

/** A reminder that people had of an act, and its channel had not. */
const markDue = (
  { reminded: told }: Pick<HandOverContent, 'reminded'>,
  { content, progress }: Pick<WaitingAct, 'content' | 'progress'>,
): ReminderMark | undefined => {
  const { reminded } = progress;
  if (reminded === undefined || reminded.due !== content.due) return undefined;
  const before = told?.due === reminded.due ? REMINDER_MARKS.indexOf(told.mark) : -1;
  return REMINDER_MARKS.indexOf(reminded.mark) > before ? reminded.mark : undefined;
};

/** A message that is due. */
export type DueMessage =
  { readonly step: 'opened' | 'closed' } | { readonly step: 'reminded'; readonly mark: ReminderMark };

/**
 * The next message of a hand-over; undefined if its channel knows everything.
 *
 * @param waiting undefined: it does not wait any more
 */
export const nextMessage = (handed: HandOverContent, waiting: WaitingAct | undefined): DueMessage | undefined => {
  const { opened_at, closed_at, lost, ending } = handed;
  // A receiver that did not take the first message has nothing to be reminded of.
  if (lost !== undefined && lost.step !== 'reminded') return undefined;
  if (ending !== undefined) return opened_at === undefined || closed_at !== undefined ? undefined : { step: 'closed' };
  if (waiting === undefined) return undefined;
  if (opened_at === undefined) return { step: 'opened' };
  const mark = markDue(handed, waiting);
  return mark === undefined ? undefined : { step: 'reminded', mark };
};

/** The hand-over as its next message finds it: made anew, in a further round, or with its end. */
export const followed = (
  handed: HandOverContent | undefined,
  { channel, at }: { readonly channel: string; readonly at: string },
  about: { readonly caseId: string; readonly actId: string; readonly content: CaseContent | undefined },
): HandOverContent | undefined => {
  const { caseId, actId, content } = about;
  const waiting = content && waitingActsOf(content).find(({ act }) => act.act_id === actId);
  if (waiting === undefined)
    return handed === undefined || handed.ending !== undefined
      ? handed
      : withoutSending({ ...handed, ending: endingOf(content, actId, at) });
  const { decision_id } = waiting.decision;
  const now = { channel, case_id: caseId, act_id: actId, decision_id, about: aboutAct(waiting), since: at };
  if (handed === undefined) return { ...now, round: 1 };
  const { ending, ticket, verdicts, round } = handed;
  if (ending !== undefined) return { ...now, round: round + 1, ...present({ ticket, verdicts }) };
  return handed.decision_id === decision_id && handed.about.until === now.about.until
    ? handed
    : { ...handed, decision_id, about: now.about };
};

const withoutSending = ({ sending: _sending, ...handed }: HandOverContent): HandOverContent => handed;

const markOf = ({ about }: HandOverContent, mark: ReminderMark): HandOverContent['reminded'] => ({
  mark,
  due: about.until ?? '',
});

/** After a message arrived. */
export const withTold = (
  handed: HandOverContent,
  message: DueMessage,
  { at, ticket }: { readonly at: string; readonly ticket?: HandOverContent['ticket'] },
): HandOverContent => {
  const known = { ...withoutSending(handed), ...present({ ticket: ticket ?? handed.ticket }) };
  switch (message.step) {
    case 'opened':
      return { ...known, opened_at: at };
    case 'closed':
      return { ...known, closed_at: at };
    case 'reminded':
      return { ...known, reminded: markOf(handed, message.mark) };
  }
};

/** After a message that will not arrive. A reminder that was refused is not told again; its end still is. */
export const withLost = (
  handed: HandOverContent,
  message: DueMessage,
  lost: { readonly at: string; readonly result: 'refused' | 'given_up'; readonly why: string },
): HandOverContent => {
  const known = { ...withoutSending(handed), lost: { step: message.step, ...lost } };
  return message.step === 'reminded' ? { ...known, reminded: markOf(handed, message.mark) } : known;
};

/** The `key` of a message: the same whoever sends it, and however often. Without dots, which signatures count. */
export const messageKey = (id: string, { round, about }: HandOverContent, message: DueMessage): string =>
  message.step === 'reminded'
    ? `${id}/${round}/${message.mark}/${Date.parse(about.until ?? '')}`
    : `${id}/${round}/${message.step}`;
