import { readFile } from 'fs/promises';
import { MAPPED_TYPES, tryDocuments, type TrialView, type TriedEvent } from '../../../common/api/routes';
import { leftOut } from '../../../common/flow/event';
import { claimedFields } from '../../../common/flow/claims';
import { present } from '../../../common/present';
import type { Address } from './address';
import type { TriedFile } from './arguments';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const eventLines = ({
  faults,
  event: received,
  seen,
  names_nothing,
  cut,
  decision,
  brakes = [],
}: TriedEvent): string[] => {
  const wrong = faults.map(({ path, message }) => `  would be in quarantine: \`${path}\` ${message}`);
  if (received === undefined) return wrong;
  const { event, mended = [] } = received;
  const claimed = claimedFields(received);
  return [
    `event \`${event.event_id}\` (${seen ?? 'new'}): ${event.timestamp}, severity ${event.severity}, confidence ${event.confidence}`,
    ...(event.tags === undefined ? [] : [`  tags: ${event.tags.join(', ')}`]),
    ...(received.source_state === undefined ? [] : [`  state at its source: ${received.source_state}`]),
    ...(claimed.length === 0 ? [] : [`  only claimed: ${claimed.join(', ')}`]),
    ...mended.map(({ path, how, text }) => `  mended: \`${path}\` ${how}${text === undefined ? '' : ` (${text})`}`),
    ...leftOut(received).map(({ field, text }) => `  names nothing: \`${field}\` ${text}`),
    ...(names_nothing === true ? ['  it names no entity: an act about it has no target'] : []),
    ...(cut === true ? ['  the original is too large to be kept whole'] : []),
    ...wrong,
    ...(decision === undefined ? [] : [`  verdict: ${decision.verdict}; ${decision.summary}`]),
    ...brakes.map(({ would, text }) => `  the brakes would ${would}${text === undefined ? '' : `: ${text}`}`),
  ];
};

/** What documents would come to, for people. */
export const trialLines = (view: TrialView): readonly string[] => {
  const { source, reading, granted, off, documents, not_tried } = view;
  const by = reading.preset === undefined ? reading.in_force : `preset ${reading.preset}`;
  return [
    `as ${source.type}:${source.id}, read by ${by}, decided by policies version ${view.version}; nothing was kept`,
    ...(granted ? [] : ['nothing is granted to this source: all that it says of itself is only claimed']),
    ...(off ? ['this source is switched off: nothing of it would be taken'] : []),
    ...documents.flatMap(({ line, events, not_ours, faults }, index) => [
      `document ${line === undefined ? index + 1 : `of line ${line}`}: ${events.length} ${events.length === 1 ? 'event' : 'events'}`,
      ...not_ours.map(
        ({ path, why, text, count }) =>
          `  not ours (${count}): \`${path}\` ${why}${text === undefined ? '' : ` ${text}`}`,
      ),
      ...faults.map(({ path, message }) => `  would be in quarantine: \`${path}\` ${message}`),
      ...events.flatMap(eventLines),
    ]),
    ...(not_tried === 0 ? [] : [`${not_tried} more events were not tried: there are too many`]),
  ];
};

/** Asks the running Reflex what documents would come to. Nothing is kept. */
export const tryFile = async (address: Address, { file, source, preset }: TriedFile): Promise<Outcome> => {
  const colon = source.indexOf(':');
  const type = source.slice(0, colon);
  if (!MAPPED_TYPES.some((each) => each === type))
    return { exit: EXIT.error, lines: [`\`${source}\` is not read by a map: name one of ${MAPPED_TYPES.join(', ')}`] };
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    return { exit: EXIT.error, lines: [`\`${file}\` cannot be read (${(cause as Error).message})`] };
  }
  const sends = { source: { type, id: source.slice(colon + 1) }, text, ...present({ preset }) };
  const answer = await ask(address, tryDocuments, {}, sends);
  return answer.ok ? { exit: EXIT.done, lines: trialLines(answer.value) } : { exit: EXIT.error, lines: [answer.error] };
};
