import { present } from '../../../common/present';
import type { Decision } from '../../../common/flow/decision';
import type { ActionRecord } from '../../../common/flow/outcome';
import type { AgentWith } from '../agent/views';
import { cameToEffect, type CaseContent } from '../keeping/kinds/case';
import { readMany } from '../keeping/state_docs';
import { recordOf } from '../record/records';
import { ENDS, lastKey, whatBecame, type Known, type WhatBecame } from './progress';

/* Reads what the projection of outcomes looks at: few requests for many decisions, whatever became of them. */

/** Decisions that are looked at together. */
const AT_ONCE = 500;
/** Ids that are asked for in one search, each with fewer records than an answer holds for it. */
const IDS_AT_ONCE = 100;
const MOST_RECORDS = 5_000;

type Agent = AgentWith<'evidence' | 'store'>;

const inTime = (records: readonly ActionRecord[]): readonly ActionRecord[] =>
  [...records].sort((one, other) => (one.at < other.at ? -1 : one.at > other.at ? 1 : one.n - other.n));

const byEffect = (records: readonly ActionRecord[]): Known['ends'] => {
  const found = new Map<string, ActionRecord[]>();
  for (const record of records) {
    const known = found.get(record.effect_id);
    if (known) known.push(record);
    else found.set(record.effect_id, [record]);
  }
  return found;
};

/** Records by ids in one field, oldest first. */
const recordsOf = async (
  { parts }: Agent,
  field: 'command_id' | 'decision_id' | 'effect_id',
  ids: readonly string[],
  states?: readonly ActionRecord['state'][],
): Promise<readonly ActionRecord[]> => {
  const found: ActionRecord[] = [];
  for (let first = 0; first < ids.length; first += IDS_AT_ONCE) {
    const where = { [field]: ids.slice(first, first + IDS_AT_ONCE), ...present({ state: states }) };
    const { entries } = await parts.evidence.find({ family: 'actions', where, limit: MOST_RECORDS, order: 'newest' });
    found.push(...entries.map(({ body }) => recordOf('actions', body)));
  }
  return inTime(found);
};

/** Acts of open and closed cases that came to an effect. */
const effectsNamed = (cases: ReadonlyMap<string, CaseContent>) =>
  [...cases.values()]
    .flatMap(({ acts }) => acts)
    .filter(({ status, effect_id, command_id }) => cameToEffect(status) && effect_id !== undefined && command_id);

/** The newest record of each act of decisions that their cases do not speak of any more. */
const lastOf = async (agent: Agent, decisions: readonly string[]): Promise<Known['last']> => {
  const records = await recordsOf(agent, 'decision_id', decisions);
  return new Map(records.map((record) => [lastKey(record.command.decision_id, record.command.act_id), record]));
};

const ENDS_OR_FOLDED = [...ENDS, 'reason_folded'] as const;

/** How commands ended. What they were folded into has a record of its own end. */
const endsOf = async (agent: Agent, commands: readonly string[]): Promise<readonly ActionRecord[]> => {
  const own = await recordsOf(agent, 'command_id', [...new Set(commands)], ENDS_OR_FOLDED);
  const folded = own.filter(({ state }) => state === 'reason_folded').map(({ effect_id }) => effect_id);
  return [...own, ...(await recordsOf(agent, 'effect_id', [...new Set(folded)], ENDS))];
};

/** What an effect document has not handed to the evidence yet. */
const notWrittenYet = (effects: Known['effects']): readonly ActionRecord[] =>
  [...effects.values()]
    .flatMap(({ outbox }) => outbox)
    .filter(({ state }) => ENDS_OR_FOLDED.some((each) => each === state));

const readCases = ({ parts }: Agent, decisions: readonly Decision[]): Promise<Known['cases']> =>
  readMany(parts.store, 'case', [...new Set(decisions.map(({ case_id }) => case_id))]);

const someOutcomes = async (
  agent: Agent,
  decisions: readonly Decision[],
  cases: Known['cases'],
): Promise<readonly WhatBecame[]> => {
  const { store } = agent.parts;
  const isCurrent = ({ case_id, decision_id }: Decision): boolean => {
    const content = cases.get(case_id);
    return (content?.decision ?? content?.closed)?.decision_id === decision_id;
  };
  const last = await lastOf(
    agent,
    decisions.filter((each) => each.acts.length > 0 && !isCurrent(each)).map(({ decision_id }) => decision_id),
  );
  const named = [
    ...effectsNamed(cases).map(({ effect_id, command_id }) => ({ effect: effect_id ?? '', command: command_id ?? '' })),
    ...[...last.values()].map(({ effect_id, command }) => ({ effect: effect_id, command: command.command_id })),
  ];
  const [effects, ends] = await Promise.all([
    readMany(store, 'effect', [...new Set(named.map(({ effect }) => effect))]),
    endsOf(
      agent,
      named.map(({ command }) => command),
    ),
  ]);
  const all = new Map(
    [...ends, ...notWrittenYet(effects)].map((each) => [`${each.command.command_id}#${each.n}`, each]),
  );
  const known: Known = { cases, effects, ends: byEffect(inTime([...all.values()])), last };
  return decisions.map((decision) => whatBecame(decision, known));
};

/**
 * What became of decisions, in their order: by the state where it knows them, else by the records.
 *
 * @throws StoreUnavailable, EvidenceUnavailable
 */
export const outcomesOf = async (agent: Agent, decisions: readonly Decision[]): Promise<readonly WhatBecame[]> => {
  const found: WhatBecame[] = [];
  for (let first = 0; first < decisions.length; first += AT_ONCE) {
    const some = decisions.slice(first, first + AT_ONCE);
    found.push(...(await someOutcomes(agent, some, await readCases(agent, some))));
  }
  return found;
};

/**
 * What became of one decision, with its case as both are told from: one reading, so that they agree.
 *
 * @throws StoreUnavailable, EvidenceUnavailable
 */
export const outcomeWithCase = async (
  agent: Agent,
  decision: Decision,
): Promise<{ readonly became: WhatBecame | undefined; readonly content: CaseContent | undefined }> => {
  const cases = await readCases(agent, [decision]);
  const [became] = await someOutcomes(agent, [decision], cases);
  return { became, content: cases.get(decision.case_id) };
};
