import { present } from '../../../../common/present';
import type { AgentWith } from '../../agent/views';
import type { DraftView } from '../../../../common/api/drafts';
import type { PolicyFault } from '../../../../common/policy/policy';
import type { PolicyDraft } from '../../keeping/kinds/policies';
import { contentOf } from '../../keeping/state_docs';
import { checkSource, type Checked } from '../catalog/policy_catalog';
import { draftDesk, type TextKind } from './desk';
import type { Draft } from './draft';
import { guardsToAsk } from './guard_drafts';
import { policyInForce } from '../../trust/in_force';

const MOST_TESTS = 500;

const toContent = ({ id, made_from, ...draft }: Draft): PolicyDraft => ({
  policy_id: id,
  ...draft,
  ...present({ base_hash: made_from }),
});

const fromContent = (stored: PolicyDraft): Draft => {
  const { policy_id: id, source, deleted, author, updated_at, ...content } = stored;
  const { writers = [author], base_hash } = content;
  return {
    id,
    source,
    deleted,
    author,
    writers,
    updated_at,
    ...present({ made_from: base_hash }),
  };
};

const otherId = (draft: Draft, id: string | undefined): readonly PolicyFault[] =>
  id === undefined || id === draft.id
    ? []
    : [
        {
          file: 'policy.yaml',
          line: 1,
          column: 1,
          code: 'other_id',
          message: `the text is of policy \`${id}\`, the draft of \`${draft.id}\``,
        },
      ];

const check = async (
  agent: AgentWith<'guardBook' | 'model' | 'store'>,
  draft: Draft,
  askable = () => guardsToAsk(agent),
): Promise<Checked> => {
  if (draft.deleted) return { faults: [], tests: [] };
  const { faults, ...found } = await checkSource(agent, draft.source, askable);
  return { ...found, faults: [...faults, ...otherId(draft, found.id)] };
};

const POLICIES: TextKind<Checked, DraftView> = {
  type: 'policy',
  docId: (id) => `draft:${id}`,
  kind: 'policy_draft',
  state: 'draft',
  most: 1_000,
  written: policyInForce,
  body: (draft, mark) => ({ kind: 'policy_draft', content: { ...toContent(draft), ...mark } }),
  draftIn: (doc) => {
    const stored = contentOf('policy_draft', doc);
    return stored === undefined || stored.draft_discarded ? undefined : fromContent(stored);
  },
  check: (agent, draft) => check(agent, draft),
  checkAll: (agent, drafts) => {
    // Compiling all guards for each draft would take as long again for each.
    let asked: ReturnType<typeof guardsToAsk> | undefined;
    return Promise.all(drafts.map((draft) => check(agent, draft, () => (asked ??= guardsToAsk(agent)))));
  },
  view: (id, told, { tests }) => ({ id, ...told, tests: tests.slice(0, MOST_TESTS) }),
};

/** Changed policies that are not released yet. */
export const policyDrafts = draftDesk(POLICIES);
