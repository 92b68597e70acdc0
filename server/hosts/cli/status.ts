import { getStatus, type StatusView } from '../../../common/api/routes';
import { ask } from './ask';
import type { Address } from './address';
import { EXIT, type Outcome } from './outcome';

const loadingLines = ({ steps = [] }: StatusView): readonly string[] => [
  'still starting',
  ...steps.map(({ title, state, detail }) => `  ${title}: ${state}${detail === undefined ? '' : ` (${detail})`}`),
];

/** What is known while OpenSearch is away. */
const hereLines = ({ since, total, next_undo }: NonNullable<StatusView['here_only']>): readonly string[] => [
  ...(since === undefined ? [] : [`  OpenSearch does not answer since ${since}`]),
  `  ${total} containments in the journal of this machine, undone from it${next_undo === undefined ? '' : `; the next at ${next_undo}`}`,
];

/** What people stopped, and what breakers did: who has to end it is not the same. */
const stopLines = (stops: StatusView['stops']): readonly string[] => {
  const tripped = stops.filter(({ breaker }) => breaker !== undefined);
  const thrown = stops.length - tripped.length;
  return [
    thrown === 0 ? 'no kill switch is thrown' : `${thrown} KILL SWITCH ORDERS ARE IN FORCE`,
    ...tripped.map(
      ({ scope, at, why = '', breaker }) =>
        `BREAKER TRIPPED: ${scope} at ${at}: ${why}; ${
          breaker?.probe_at === undefined && breaker?.trying !== true
            ? 'somebody has to reset it'
            : 'it is tried by itself, or somebody resets it'
        }: \`reflex resume --scope ${scope} --reason TEXT\``,
    ),
  ];
};

const readyLines = ({
  mode,
  stops,
  bundle,
  waiting,
  containments,
  connectors,
  agents,
  live = [],
  here_only,
}: StatusView): readonly string[] => [
  `mode ${mode}${bundle === undefined ? '' : `, bundle ${bundle.version} with ${bundle.policies} policies`}`,
  ...stopLines(stops),
  ...(here_only === undefined || here_only.state === 'asked'
    ? [`${waiting} waiting for a person, ${containments} live containments, ${agents.length} agents`]
    : [
        'the state cannot be asked: what waits, what is contained elsewhere and who works is not known',
        ...hereLines(here_only),
      ]),
  ...live.flatMap(({ connector, gone, unsure, reapplied = 0 }) => [
    ...(gone === 0 ? [] : [`  ${connector}: ${gone} of them gone before their end`]),
    ...(reapplied === 0 ? [] : [`  ${connector}: ${reapplied} of them applied again after somebody removed them`]),
    ...(unsure === 0 ? [] : [`  ${connector}: does not say whether ${unsure} of them are in effect`]),
  ]),
  ...connectors.map(({ name, kind, state, text }) => `  ${name} (${kind}): ${state}${text === '' ? '' : `, ${text}`}`),
];

/** What the command prints of a status. */
export const statusLines = (view: StatusView): readonly string[] => [
  `Reflex ${view.version} (${view.host}) as of ${view.as_of}`,
  ...(view.loading ? loadingLines(view) : readyLines(view)),
  ...view.troubles.map(({ text }) => `TROUBLE ${text}`),
];

const NOT_TOLD = 'Reflex is up, and tells more only to who may look; name your key with --token-file FILE';

/** How the host is. A trouble does not make it an error: the command did what it was asked. */
export const status = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, getStatus);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const view = answer.value;
  if ('up' in view) return { exit: EXIT.error, lines: [NOT_TOLD] };
  return { exit: EXIT.done, lines: statusLines(view) };
};
