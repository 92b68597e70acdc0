import { getBreakers, type BreakersView, type ConnectorBreakerView } from '../../../common/api/routes';
import type { StopView } from '../../../common/api/views';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const nextOf = ({ trying, probe_at }: NonNullable<StopView['breaker']>): string => {
  if (trying) return 'one act is let through to try it';
  return probe_at === undefined ? 'somebody has to reset it' : `it is tried from ${probe_at} on`;
};

const openLines = ({ scope, why = '', breaker }: StopView): readonly string[] =>
  breaker === undefined
    ? []
    : [
        `stopped: ${scope}: ${why}`,
        `  ${breaker.wrong} of ${breaker.of} since ${breaker.since}; ${nextOf(breaker)}`,
        `  reset it: \`reflex resume --scope ${scope} --reason TEXT\``,
      ];

const countLine = ({ connector, fails, of, why, own }: ConnectorBreakerView): string => {
  const rule =
    own === undefined
      ? ''
      : `; its own rule: more than ${own.error_percent} % of at least ${own.at_least} within ${Math.round(own.window_ms / 60_000)} min`;
  return `  ${connector}: ${fails} of ${of} commands of this agent failed${why === undefined ? '' : ` (${why})`}${rule}`;
};

const ruleLines = ({ rules }: BreakersView): readonly string[] => {
  if (rules === undefined) return ['this agent has no breakers'];
  const { error_percent, at_least, window_ms, overridden_percent, acts, starts, starts_ms = 0 } = rules;
  const { source_percent: percent, source_acts: least } = rules;
  const minutes = (ms: number): string => `${Math.round(ms / 60_000)} min`;
  return [
    `a connector trips at clearly more than ${error_percent} % of at least ${at_least} commands within ${minutes(window_ms)}`,
    `a policy trips at clearly more than ${overridden_percent} % of at least ${acts} acts overridden, or one on a critical asset`,
    ...(percent === undefined || least === undefined
      ? []
      : [
          `a source trips at clearly more than ${percent} % of at least ${least} of its acts overridden, or one on a critical asset`,
        ]),
    starts === undefined
      ? 'however many acts are started trips nothing'
      : `everything stops at more than ${starts} starts within ${minutes(starts_ms)}`,
  ];
};

/** What Reflex stopped by itself. Exit code 1 where something is, so that scripts see it. */
export const breakers = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, getBreakers);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { open, connectors } = answer.value;
  return {
    exit: open.length === 0 ? EXIT.done : EXIT.differs,
    lines: [
      ...(open.length === 0 ? ['no breaker tripped'] : open.flatMap(openLines)),
      ...ruleLines(answer.value),
      ...connectors.map(countLine),
    ],
  };
};
