import { listHandOvers, type HandOverChannelView, type HandOverView } from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const channelLine = (channel: HandOverChannelView): string => {
  const { name, kind, place, error, told, refused, given_up, behind, held_back, last_told } = channel;
  const parts = [
    `${name} (${kind}, ${place}): ${error === undefined ? 'told' : `not told: ${error}`}`,
    `${told} messages told`,
    ...(refused === 0 ? [] : [`${refused} refused`]),
    ...(given_up === 0 ? [] : [`${given_up} given up`]),
    ...(behind === 0 ? [] : [`${behind} acts that it has not heard of`]),
    ...(held_back === 0 ? [] : [`${held_back} of them wait for their turn within the hour`]),
    ...(last_told === undefined ? [] : [`last at ${last_told.at}`]),
  ];
  return parts.join('; ');
};

const verdictText = ({ verdicts }: HandOverView): readonly string[] => {
  const standing = verdicts.find(({ taken_back }) => taken_back === undefined);
  if (standing !== undefined) return [`verdict ${standing.label} by ${standing.by}`];
  return verdicts.length === 0 ? [] : ['its verdict was taken back'];
};

const handOverLine = (view: HandOverView): string => {
  const { action, target, channel, opened_at, ending, lost, ticket, hand_over_id } = view;
  const name = ticket?.id ?? ticket?.url;
  const parts = [
    `  ${action} ${target} to ${channel} ${opened_at === undefined ? 'not yet' : `at ${opened_at}`}`,
    ...(name === undefined ? [] : [`ticket ${name}`]),
    ...(ending === undefined ? ['waits'] : [`${ending.how} at ${ending.at}`]),
    ...(lost === undefined ? [] : [`not told (${lost.step} ${lost.result.replace('_', ' ')}): ${lost.why}`]),
    ...verdictText(view),
    hand_over_id,
  ];
  return parts.join('; ');
};

/** Where acts that wait are handed over, how that fares, and the newest of them. Exit code 1: a channel fails. */
export const handOvers = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listHandOvers);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { channels, hand_overs } = answer.value;
  const fails = channels.some(({ error }) => error !== undefined);
  const heads =
    channels.length === 0 ? ['nothing is handed over: the settings name no channel'] : channels.map(channelLine);
  return { exit: fails ? EXIT.differs : EXIT.done, lines: [...heads, ...hand_overs.map(handOverLine)] };
};
