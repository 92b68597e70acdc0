import type { GrantView } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/intake';
import type { Grant } from '../../../common/flow/voice';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { AgentWith, WritingAgent } from '../agent/views';
import type { GrantContent } from '../keeping/kinds/sources';
import { contentOf } from '../keeping/state_docs';
import { auditRecord, auditRefusal } from '../record/audit';
import { changedLately, type ChangedBy } from '../record/changed_lately';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { grantKey } from '../sources/grants';
import { grantId, plannedGrant } from '../sources/source_documents';

/* What sources may say, as admins grant it. Every change is a version, with its entry in the audit. */

const viewOf = (content: GrantContent | undefined): GrantView =>
  content
    ? {
        version: content.version,
        in_settings: false,
        by: content.by,
        at: content.at,
        ...present({ grant: content.grant ?? undefined }),
      }
    : { version: 0, in_settings: false };

/** What a source may say: by the settings, else by the page. */
export const getGrant = async (
  { parts }: AgentWith<'grants' | 'store'>,
  source: Intake,
): Promise<Result<GrantView, Refusal>> => {
  if (parts.grants.isFixed(source)) {
    const granted = parts.grants.of(source);
    return ok({ version: 0, in_settings: true, ...present({ grant: granted?.grant }) });
  }
  return ok(viewOf(contentOf('grant', await parts.store.get(grantId(source)))));
};

interface GrantOrder {
  /** Of the grant that the change was made on. */
  readonly version: number;
  /** Null withdraws it. */
  readonly grant: Grant | null;
  readonly by: string;
  readonly reason: string;
}

const savedByOthers = (before: GrantContent | undefined): Refusal => ({
  ...refusal('changed', 'somebody saved another grant meanwhile; yours was not saved'),
  current: viewOf(before),
});

/** Who granted it something within the last 24 hours; who withdrew gave nothing. */
const grantedBefore = (before: GrantContent | undefined, now: number): readonly ChangedBy[] =>
  before === undefined
    ? []
    : changedLately([...(before.earlier ?? []), ...(before.grant === null ? [] : [before])], now);

/** Replaces what a source may say, unless somebody else did meanwhile; with its entry in the audit, or not at all. */
export const putGrant = async (
  agent: WritingAgent & AgentWith<'evidence' | 'grants'>,
  source: Intake,
  { version, grant, by, reason }: GrantOrder,
): Promise<Result<GrantView, Refusal>> => {
  const { shift, parts } = agent;
  if (parts.grants.isFixed(source))
    return err(refusal('invalid', 'the settings say what this source may say: change `intake.vouch` there'));
  if (!shift) return err(NOT_JOINED);
  const id = grantId(source);
  const content: GrantContent = {
    source: { type: source.type, id: source.id },
    version: version + 1,
    grant,
    by,
    at: iso(parts.clock.utc()),
  };
  const verb = grant === null ? 'withdraw_grant' : 'grant';
  const entry = { verb, by, object: { type: 'source', id: grantKey(source) }, text: reason };
  const record = auditRecord(agent);
  const saved = await shift.parts.commits.settle<Result<GrantView, Refusal>>({
    reads: [id],
    build: (view) => {
      const before = contentOf('grant', view.get(id));
      if ((before?.version ?? 0) === version) {
        const next = { ...content, earlier: grantedBefore(before, parts.clock.utc()) };
        return { docs: [{ ...plannedGrant(next), records: [record(entry)] }], answer: ok(viewOf(next)) };
      }
      return view.isFresh(id) ? { docs: [], answer: err(savedByOthers(before)) } : 'read_again';
    },
  });
  return auditRefusal(agent, entry, saved);
};
