import type { PolicyDraft } from '../../keeping/kinds/policies';
import { contentOf, docOf, find } from '../../keeping/state_docs';
import { iso } from '../../../../common/iso';
import type { DraftView } from '../../../../common/api/views';
import { err, ok, type Result } from '../../../../common/result';
import type { PolicyFile } from '../../../../common/policy/bundle';
import type { Agent } from '../../agent/agent';
import { audit } from '../../record/audit';
import { digestOf } from '../../../engine/digest/digest';
import { distinctPeople } from '../../record/four_eyes';
import { guardsToAsk } from './guard_drafts';
import { checkSource, type Checked } from '../catalog/policy_catalog';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';

/* Changed policies that are not released yet: one document a policy, kept whether valid or not. */

const PREFIX = 'draft:';
/** What an author saw who saw that the policy is not there. */
const NOTHING = 'none';
const MOST_WRITERS = 1_000;

export const draftId = (policyId: string): string => `${PREFIX}${policyId}`;

const inForce = (agent: Agent, policyId: string): PolicyFile | undefined =>
  agent.parts.bundles.active?.bundle.policies.find(({ policy }) => policy.metadata.id === policyId);

const idFault = (policyId: string, checked: Checked): DraftView['faults'] =>
  checked.id === undefined || checked.id === policyId
    ? []
    : [
        {
          file: 'policy.yaml',
          line: 1,
          column: 1,
          code: 'other_id',
          message: `the text is of policy \`${checked.id}\`, the draft of \`${policyId}\``,
        },
      ];

const writersOf = ({ author, writers = [author] }: PolicyDraft): readonly string[] => writers;

/** A draft that says what is in force is nobody's change. */
const isAsInForce = ({ source, deleted }: PolicyDraft, base: PolicyFile | undefined): boolean =>
  base === undefined ? deleted : !deleted && source === base.source;

/** What is said of a draft that takes its policy away. */
const NOTHING_TO_CHECK: Checked = { faults: [], tests: [] };

const viewOf = (agent: Agent, draft: PolicyDraft, checked: Checked): DraftView => {
  const base = inForce(agent, draft.policy_id);
  return {
    id: draft.policy_id,
    source: draft.source,
    author: draft.author,
    updated_at: draft.updated_at,
    deleted: draft.deleted,
    writers: [...writersOf(draft)].slice(0, MOST_WRITERS),
    faults: [...checked.faults, ...idFault(draft.policy_id, checked)].slice(0, 200),
    tests: checked.tests.slice(0, 500),
    ...(base ? { base_hash: base.hash, base_source: base.source } : {}),
    ...(draft.base_hash === undefined ? {} : { made_from: draft.base_hash }),
  };
};

export const listDrafts = async (agent: Agent): Promise<readonly DraftView[]> => {
  const docs = await find(agent.parts.store, 'policy_draft', { limit: 1_000, fresh: true });
  let asked: ReturnType<typeof guardsToAsk> | undefined;
  const askable = (): ReturnType<typeof guardsToAsk> => (asked ??= guardsToAsk(agent));
  const check = async (draft: PolicyDraft): Promise<DraftView> =>
    viewOf(agent, draft, draft.deleted ? NOTHING_TO_CHECK : await checkSource(agent, draft.source, askable));
  const drafts = await Promise.all(docs.map((doc) => check(doc.content)));
  return drafts.sort((a, b) => (a.id < b.id ? -1 : 1));
};

/** Keeps a changed text. Invalid ones are kept too, with their faults, and are never released. */
export const saveDraft = async (
  agent: Agent,
  policyId: string,
  change: {
    readonly source?: string;
    readonly deleted?: boolean;
    readonly author: string;
    /** Hash of the text that its author saw as the one to change, where that is another than before. */
    readonly seen?: string;
  },
): Promise<Result<DraftView, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const base = inForce(agent, policyId);
  const source = change.source ?? base?.source;
  if (source === undefined)
    return err(refusal('invalid', `there is no policy \`${policyId}\` in force, so a draft of it needs a text`));
  const changed: PolicyDraft = {
    policy_id: policyId,
    source,
    deleted: change.deleted ?? false,
    author: change.author,
    updated_at: iso(agent.parts.clock.utc()),
  };
  const checked = changed.deleted ? NOTHING_TO_CHECK : await checkSource(agent, source);
  const { faults } = checked;
  await audit(agent, {
    verb: 'save_draft',
    by: change.author,
    object: { type: 'policy', id: policyId },
    policy: { id: policyId },
    digest: digestOf(changed.deleted ? null : source),
    outcome: changed.deleted
      ? 'removes it'
      : faults.length === 0
        ? 'checked: no faults'
        : `checked: ${faults.length} faults`,
  });
  shift.parts.commits.forget(draftId(policyId));
  const draft = await shift.parts.commits.settle<PolicyDraft>({
    reads: [draftId(policyId)],
    build: (view) => {
      // Saving again is no sign that its author saw what others changed meanwhile.
      const before = contentOf('policy_draft', view.get(draftId(policyId)));
      const known = before ? before.base_hash : base?.hash;
      const seen = change.seen === undefined ? known : change.seen === NOTHING ? undefined : change.seen;
      const others = before === undefined || isAsInForce(before, base) ? [] : writersOf(before);
      const writers = distinctPeople([...others, change.author]);
      const content: PolicyDraft = { ...changed, writers, ...(seen === undefined ? {} : { base_hash: seen }) };
      return {
        drafts: [
          {
            id: draftId(policyId),
            kind: 'policy_draft',
            content,
            facets: { state: 'draft', at: content.updated_at, policy: policyId },
          },
        ],
        answer: content,
      };
    },
  });
  return ok(viewOf(agent, draft, checked));
};

/** Throws a draft away. */
export const discardDraft = async (agent: Agent, policyId: string, by: string): Promise<Result<true, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const doc = docOf('policy_draft', await agent.parts.store.get(draftId(policyId)));
  if (!doc) return err(refusal('not_found', `there is no draft of \`${policyId}\``));
  const { source, deleted } = doc.content;
  await audit(agent, {
    verb: 'discard_draft',
    by,
    object: { type: 'policy', id: policyId },
    policy: { id: policyId },
    digest: digestOf(deleted ? null : source),
  });
  const removed = await agent.parts.store.remove(doc.id, doc.version);
  shift.parts.commits.forget(doc.id);
  if (removed.kind !== 'written') return err(refusal('changed', 'somebody changed the draft meanwhile; look again'));
  return ok(true);
};
