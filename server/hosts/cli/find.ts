import { getAsk, getEntity, listActs, listDecisions } from '../../../common/api/routes';
import { ENTITY_PAGES, type AskMatch, type EntityPage } from '../../../common/api/asked';
import type { DecisionBrief } from '../../../common/api/views';
import type { NearestMiss } from '../../../common/flow/nearest_miss';
import type { Address } from './address';
import { ask } from './ask';
import { EXIT, type Outcome } from './outcome';

const MOST_DECISIONS = 10;

const matchLine = ({ kind, value, title, count, whole }: AskMatch): string =>
  `  ${kind} ${value}${title === undefined || title === value ? '' : ` (${title})`}${count === undefined ? '' : `, at least ${count} decisions`}${whole ? ', whole name' : ''}`;

/** `0.85 of 0.9 needed`, in the words of the command line. */
export const missText = ({ policy, unmet: [first] }: NearestMiss): string => {
  if (first === undefined) return `${policy.id}: it was not seen again in time`;
  const { path, seen, needed, operator, clause } = first;
  if (path === undefined || needed === undefined) return `${policy.id}: not ${clause}`;
  return `${policy.id}: ${path} was ${JSON.stringify(seen) ?? 'missing'}, needed ${operator ?? ''} ${JSON.stringify(needed)}`;
};

const decisionLine = ({ decided_at, outcome, summary, nearest }: DecisionBrief): string =>
  `  ${decided_at} ${outcome}: ${summary}${nearest === undefined ? '' : `\n    nearest: ${missText(nearest)}`}`;

const isPage = (kind: string): kind is EntityPage => ENTITY_PAGES.some((each) => each === kind);

const entityLines = async (address: Address, kind: EntityPage, value: string): Promise<Outcome> => {
  const view = await ask(address, getEntity, {}, {}, { kind, value });
  if (!view.ok) return { exit: EXIT.error, lines: [view.error] };
  const { names, contained, words, stops, limits = [] } = view.value;
  const query = { about: value, kind, limit: String(MOST_DECISIONS) };
  const found = await ask(address, listDecisions, {}, {}, query);
  return {
    exit: EXIT.done,
    lines: [
      `${view.value.kind} ${view.value.value}`,
      ...(names.length === 0 ? [] : [`also ${names.map(({ text }) => text).join(', ')}`]),
      contained.total === 0 ? 'not contained by Reflex now' : `contained now: ${contained.total}`,
      ...contained.containments.map(
        ({ action, connector, due, effect_id: id }) =>
          `  ${action} by ${connector}, ${due === null ? 'until somebody lifts it' : `until ${due}`}; ${id}`,
      ),
      ...words.map(
        ({ verb, by, reason, at }) => `${by} ${verb === 'lift' ? 'lifted' : 'denied'} an act on it at ${at}: ${reason}`,
      ),
      ...stops.map(({ then, text }) => `an act on it: ${then}: ${text}`),
      ...limits.map(({ limit, scope, used, most }) => `limit ${limit} (${scope}): ${used} of ${most}`),
      ...(found.ok
        ? [
            `${found.value.total} decisions${found.value.total > MOST_DECISIONS ? `, the newest ${MOST_DECISIONS}` : ''}`,
            ...found.value.decisions.map(decisionLine),
          ]
        : [`its decisions are not known: ${found.error}`]),
    ],
  };
};

/** What a text may mean; all that is known of it where it means one thing. */
export const find = async (address: Address, text: string): Promise<Outcome> => {
  const answer = await ask(address, getAsk, {}, {}, { q: text });
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { matches, total, is_whole } = answer.value;
  const whole = matches.filter((match) => match.whole);
  const only = whole.length === 1 ? whole[0] : matches.length === 1 ? matches[0] : undefined;
  if (only !== undefined && isPage(only.kind)) return entityLines(address, only.kind, only.value);
  return {
    exit: EXIT.done,
    lines: [
      total === 0 ? 'nothing has that in its name' : `${total} have it in their name`,
      ...matches.map(matchLine),
      ...(is_whole ? [] : ['there may be more: not everything could be looked through']),
    ],
  };
};

/** What `reflex acts` narrows its list to, as the API names it. */
export type ActsQuery = Readonly<Record<string, string>>;

/** The newest acts and how they ended. */
export const acts = async (address: Address, query: ActsQuery): Promise<Outcome> => {
  const answer = await ask(address, listActs, {}, {}, query);
  if (!answer.ok) return { exit: EXIT.error, lines: [answer.error] };
  const { acts: rows, next, looked_through } = answer.value;
  return {
    exit: EXIT.done,
    lines: [
      ...rows.map(({ decided_at, action, target, policy, progress: { status, until, ended, resolution } }) =>
        [
          `${decided_at} ${action} ${target.value}: ${status}`,
          ...(until === undefined ? [] : [until === null ? 'until somebody lifts it' : `until ${until}`]),
          ...(ended?.at === undefined ? [] : [`at ${ended.at}`]),
          ...((ended?.by ?? resolution?.by) ? [`by ${ended?.by ?? resolution?.by}`] : []),
          `(${policy})`,
        ].join(' '),
      ),
      ...(rows.length === 0 ? ['no such act'] : []),
      ...(next === undefined ? [] : [`${looked_through} decisions were looked through; more with --cursor ${next}`]),
    ],
  };
};
