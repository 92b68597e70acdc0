import {
  getWould,
  listAgents,
  listLimits,
  listProtected,
  MOST_BRAKE_LINES,
  type AgentView,
  type BrakeGauge,
  type WouldAnswer,
  type WouldSay,
} from '../../../common/api/routes';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

/* The brakes and the agents as they are now, and what would happen to a target. Nothing is changed. */

const WORDS: Readonly<Record<WouldSay['would'], string>> = {
  permit: 'it would be done',
  escalate: 'it would wait for a person',
  hold: 'it would be tried again soon',
  deny: 'it would not be done',
};

const sayText = ({ would: what, stop_reason, text = '' }: WouldSay): string =>
  `${WORDS[what]}${stop_reason === undefined ? '' : ` (${stop_reason})`}${text === '' ? '' : `: ${text}`}`;

const answerLines = ({ policies, now, approved, resumed }: WouldAnswer): readonly string[] => [
  policies.length === 0
    ? 'no policy in force does this: nothing would; as if one did'
    : `as an act of ${policies.join(', ')}`,
  `  if a policy permits it: ${sayText(now)}`,
  ...(resumed === undefined ? [] : [`  the same once it is resumed: ${sayText(resumed)}`]),
  `  if you approve it: ${sayText(approved)}`,
];

/** Exit code 1 where it would not be done by itself, whichever policy permitted it. */
export const would = async (address: Address, query: Readonly<Record<string, string>>): Promise<Outcome> => {
  const answer = await ask(address, getWould, {}, {}, query);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { action, target, also_as: names, answers, limits: all, critical, disruption } = answer.value;
  const on = target.host === undefined ? '' : ` on ${target.host}`;
  const isDone = answers.some(({ policies, now }) => policies.length > 0 && now.would === 'permit');
  return {
    exit: isDone ? EXIT.done : EXIT.differs,
    lines: [
      `${action} ${target.value}${on}`,
      ...(names.length === 0 ? [] : [`also ${names.join(', ')}`]),
      ...(critical === undefined
        ? []
        : [critical === 'listed' ? 'listed as critical' : 'not in the inventory, and may be critical']),
      ...(disruption === undefined
        ? []
        : [
            `takes away ${Math.round(disruption.share * 100)} % of its work${disruption.unlisted === true ? ' at most: nobody listed it' : ''}`,
          ]),
      ...answers.flatMap(answerLines),
      ...all.map(({ limit, scope, used, most, adds = 1 }) => `limit ${limit} (${scope}): ${used} of ${most}, +${adds}`),
    ],
  };
};

const freesText = ({ used, frees_in_ms: inMs }: BrakeGauge): string => {
  if (used === 0) return '';
  return inMs === undefined ? ', frees once something of it is undone' : `, frees within ${Math.ceil(inMs / 1_000)} s`;
};

const gaugeLine = (gauge: BrakeGauge): string => {
  const { kind, limit, scope, used, most, within_ms, keeps, unseen = 0 } = gauge;
  const what = { limit: 'limit', role: 'role', source: 'source' }[kind];
  const name = kind === 'source' ? scope : `${limit} (${scope})`;
  const within = within_ms === 0 ? '' : ` within ${within_ms / 1_000} s`;
  const kept = keeps === undefined ? '' : `, ${keeps} stay untouched`;
  const gone = unseen === 0 ? '' : `, ${unseen} cannot be reached`;
  return `${what} ${name}: ${used} of ${most}${within}${kept}${gone}${freesText(gauge)}`;
};

const more = (shown: number, total: number): readonly string[] =>
  total > shown ? [`the first ${shown} of ${total}`] : [];

/** How full each limit is, fullest first. */
export const limits = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listLimits, {}, {}, { limit: String(MOST_BRAKE_LINES) });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { gauges, total, untouched } = answer.value;
  return {
    exit: EXIT.done,
    lines: [
      ...(total === 0 ? ['nothing counts in a limit right now'] : gauges.map(gaugeLine)),
      ...more(gauges.length, total),
      ...(untouched.length === 0 ? [] : [`nothing was counted yet in ${untouched.join(', ')}`]),
    ],
  };
};

const FROM = { own: 'Reflex stands on it', policy: 'policy', inventory: 'critical, inventory' } as const;

/** What no act touches, or none on the word of one source alone. */
export const protectedThings = async (address: Address, text: string): Promise<Outcome> => {
  const query = { limit: String(MOST_BRAKE_LINES), ...(text === '' ? {} : { text }) };
  const answer = await ask(address, listProtected, {}, {}, query);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { things, total, missing, settled } = answer.value;
  return {
    exit: EXIT.done,
    lines: [
      ...(settled ? [] : ['not all of what this host stands on is found yet, so it starts nothing']),
      ...(total === 0 ? ['nothing protected has that in its name'] : []),
      ...things.map(({ text: thing, from, where }) => `${thing}: ${FROM[from]} (${where})`),
      ...more(things.length, total),
      ...missing.map((each) => `not found: ${each}`),
    ],
  };
};

const agentLines = (agent: AgentView): readonly string[] => {
  const { agent: name, host = '', this_one, alive, heartbeat_ms: ms, bundle_version, schema } = agent;
  const { pending, spooled, journal, lacks, cannot_undo_at: at } = agent;
  const told = (value: number | undefined): string => (value === undefined ? 'not told' : String(value));
  const cannot = [...lacks, ...at.map((each) => `undo at ${each}`)];
  return [
    `${name} ${host}${this_one ? ' (this one)' : ''}: ${alive ? 'alive' : 'DEAD'}${ms === undefined ? '' : `, heartbeat ${Math.round(ms)} ms ago`}`,
    `  policies ${told(bundle_version)}, events ${told(pending)} in hand and ${told(spooled)} on disk, undo journal ${told(journal)}, schema ${schema}`,
    ...(cannot.length === 0 ? [] : [`  lacks: ${cannot.join(', ')}`]),
  ];
};

/** Who works with this state. */
export const agents = async (address: Address): Promise<Outcome> => {
  const answer = await ask(address, listAgents);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { agents: all, total } = answer.value;
  return { exit: EXIT.done, lines: [...all.flatMap(agentLines), ...more(all.length, total)] };
};
