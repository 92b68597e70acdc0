import { isOneThing } from '../../../common/entity/one_thing';
import type { ActionRecord } from '../../../common/flow/outcome';
import type { EarlierStep, EarlierStepQuery } from '../../../common/flow/lookup';
import { iso } from '../../../common/iso';
import { actionNamed } from '../../../common/policy/actions';
import type { Identities } from '../../engine/entity/identity';
import { spellingsOf } from '../../engine/entity/target_keys';
import type { EvidenceLog } from '../ports';
import { recordOf } from '../record/records';

/*
 * Whether a milder step of a ladder is in effect, by the records of its commands. Only what was seen at the target
 * counts: a step that nobody saw take effect was not tried.
 */

/** No effect lasts longer than 30 days. */
const REACHES_BACK_MS = 31 * 86_400_000;
/** What nothing takes back is over in an instant. For so long a further event means that it was not enough. */
const DONE_COUNTS_MS = 24 * 3_600_000;
const MOST_RECORDS = 500;

type State = ActionRecord['state'];

/** From then on it is not in effect, or nobody can say that it is. */
const OVER: readonly State[] = [
  'undo_started',
  'undone',
  'verified_absent',
  'gone',
  'late_effect_removed',
  'taken_back',
  'closed_by_person',
  'failed',
  'unknown',
];

/** Since when one command is in effect, UTC; undefined if it is not. Records are in the order of their numbers. */
const sinceOf = (records: readonly ActionRecord[], begins: readonly State[]): string | undefined => {
  let since: string | undefined;
  for (const { state, at } of records) {
    if (OVER.includes(state)) since = undefined;
    else if (begins.includes(state)) since ??= at;
  }
  return since;
};

/**
 * Since when an act is in effect on a target, whoever ordered it there, but for the case that asks.
 *
 * @param now UTC, ms since 1970
 */
export const earlierStep = async (
  { evidence, who }: { readonly evidence: Pick<EvidenceLog, 'find'>; readonly who: Identities },
  { action, target, besides }: EarlierStepQuery,
  now: number,
): Promise<{ readonly answer: EarlierStep } | { readonly missing: string }> => {
  const canEnd = actionNamed(action)?.undo !== null;
  const begins: readonly State[] = canEnd ? ['verified_present', 'seen_again'] : ['succeeded', 'verified_present'];
  const spellings = spellingsOf(target, who);
  const { total, entries } = await evidence.find({
    family: 'actions',
    where: {
      action,
      'target.type': target.type,
      'target.value': [...new Set(spellings.map(({ value }) => value))],
      state: [...begins, ...OVER],
    },
    from: iso(now - (canEnd ? REACHES_BACK_MS : DONE_COUNTS_MS)),
    order: 'newest',
    limit: MOST_RECORDS,
  });
  if (total > entries.length) return { missing: `more than ${MOST_RECORDS} records of \`${action}\` on it` };
  const byCommand = new Map<string, ActionRecord[]>();
  for (const { body } of entries) {
    const record = recordOf('actions', body);
    const { command_id: id, case_id, target: of } = record.command;
    if (case_id === besides) continue;
    if (!spellings.some((each) => isOneThing(each, of))) continue;
    byCommand.set(id, [...(byCommand.get(id) ?? []), record]);
  }
  const since = [...byCommand.values()].flatMap(
    (records) =>
      sinceOf(
        [...records].sort((one, other) => one.n - other.n),
        begins,
      ) ?? [],
  );
  return { answer: { in_effect_since: since.sort()[0] ?? null } };
};
