import { listUpgradeAsks, type UpgradeAsksView } from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

type Source = UpgradeAsksView['sources'][number];

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);

const policyLine = ({ policy, asked, permitted }: Source['policies'][number]): string => {
  const parts = [
    ...(asked === 0 ? [] : [`asked ${times(asked)} because of it`]),
    ...(permitted === 0 ? [] : [`permitted ${times(permitted)}, and may ask from now on`]),
  ];
  return `    ${policy}: ${parts.join('; ')}`;
};

const sourceLines = ({ type, id, decisions, policies }: Source, days: number): readonly string[] => [
  `  ${type}:${id}: ${decisions === 0 ? 'no decision' : `${decisions} ${decisions === 1 ? 'decision' : 'decisions'}`} in ${days} days`,
  ...policies.map(policyLine),
];

const oneSourceLines = ({ days, one_source: { looked_at, of, policies } }: UpgradeAsksView): readonly string[] => {
  if (policies.length === 0) return [];
  const some = looked_at < of ? ` (of ${of} permits the newest ${looked_at} were looked at)` : '';
  return [
    `Acts on critical assets that one source alone reported ask a person now; in the last ${days} days${some}:`,
    ...policies.map(({ policy, acts }) => `  ${policy}: permitted ${times(acts)}`),
    'Grant a second source another domain, or let a global policy with `two_intakes_for: none` lift it with four eyes.',
  ];
};

/** What asks because nobody granted a source anything, or because one alone reports a critical asset, for people. */
export const asksLines = (view: UpgradeAsksView): readonly string[] => [...grantLines(view), ...oneSourceLines(view)];

const grantLines = ({ days, sources, more_sources: more, policies }: UpgradeAsksView): readonly string[] => {
  if (sources.length === 0) return ['every source that sent events has a grant: nothing asks because of a missing one'];
  return [
    'Nothing is granted to these sources: everything that they say is claimed.',
    ...sources.flatMap((source) => sourceLines(source, days)),
    ...(more === 0 ? [] : [`  and ${more} more`]),
    policies.length === 0
      ? 'No policy in force goes by what a source claims.'
      : 'These policies in force go by it, and ask a person where it is only claimed:',
    ...policies.map(({ policy, mode, reads }) => `  ${policy} (${mode}): ${reads.join(', ')}`),
    'Grant each source what it may say: on the page Sources, or under `intake.vouch` in the settings.',
  ];
};

/** Tells what asks because of missing grants. */
export const upgradeAsks = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listUpgradeAsks);
  return answer.ok ? { exit: EXIT.done, lines: asksLines(answer.value) } : { exit: EXIT.error, lines: [answer.error] };
};
