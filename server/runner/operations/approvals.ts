import type { ContainmentView } from '../../../common/api/views';
import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import type { CaseContent } from '../keeping/kinds/case';
import { readMany } from '../keeping/state_docs';
import { standingView } from './quorum';

/* Which person permitted what is in effect: the cases know, also once they are closed. */

/** So many cases are read at once. */
const AT_ONCE = 500;

/** The cases with these ids, a bounded number at a time. */
export const casesOf = async (
  { parts: { store } }: AgentWith<'store'>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, CaseContent>> => {
  const wanted = [...new Set(ids)];
  const found = new Map<string, CaseContent>();
  for (let first = 0; first < wanted.length; first += AT_ONCE)
    for (const [id, content] of await readMany(store, 'case', wanted.slice(first, first + AT_ONCE)))
      found.set(id, content);
  return found;
};

type Reason = ContainmentView['reasons'][number];

/** Who approved the act that a command executed, when and why; undefined if nobody had to. */
export const approvalOf = (content: CaseContent | undefined, commandId: string): Reason['approved'] => {
  const resolution = content?.acts.find(({ command_id }) => command_id === commandId)?.resolution;
  if (resolution?.verb !== 'approved') return undefined;
  const { by, at, reason, four_eyes, others, stands_for } = resolution;
  return {
    ...{ by, at, reason, four_eyes },
    ...present({ others: others?.map((each) => each.by), stands_for: stands_for && standingView(stands_for) }),
  };
};

/** Containments with the approval of each of their reasons that had one. */
export const withApprovals = async (
  agent: AgentWith<'store'>,
  views: readonly ContainmentView[],
): Promise<readonly ContainmentView[]> => {
  const cases = await casesOf(
    agent,
    views.flatMap(({ reasons }) => reasons.map(({ case_id }) => case_id)),
  );
  return views.map((view) => ({
    ...view,
    reasons: view.reasons.map((reason) => ({
      ...reason,
      ...present({ approved: approvalOf(cases.get(reason.case_id), reason.command_id) }),
    })),
  }));
};
