import type { SourceSwitchView } from '../../../common/api/routes';
import type { Intake } from '../../../common/flow/intake';
import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import type { AgentWith, WritingAgent } from '../agent/views';
import { switchId, type SourceSwitch } from '../keeping/kinds/sources';
import { contentOf } from '../keeping/state_docs';
import { auditRecord, auditRefusal } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { grantKey } from '../sources/grants';
import { plannedSwitch } from '../sources/source_documents';

/* Switches sources off and on. Every change is a version, with its entry in the audit. */

type Stored = Omit<SourceSwitchView, 'seen_here'>;

const viewOf = (content: SourceSwitch | undefined): Stored =>
  content === undefined
    ? { version: 0, off: false }
    : {
        version: content.version,
        off: content.off,
        by: content.by,
        at: content.at,
        reason: content.reason,
      };

/** Whether a source is switched off, as it is stored now. */
export const getSwitch = async ({ parts }: AgentWith<'store'>, source: Intake): Promise<Stored> =>
  viewOf(contentOf('source_switch', await parts.store.get(switchId(source))));

interface SwitchOrder {
  /** Of the state that was shown. */
  readonly version: number;
  readonly off: boolean;
  readonly by: string;
  readonly reason: string;
}

const switchedByOthers = (before: SourceSwitch | undefined): Refusal => ({
  ...refusal('changed', 'somebody switched this source meanwhile; look again'),
  current: viewOf(before),
});

/** By these names the health tells how alerts are read; no alert comes from them. */
const WAYS_OF_ALERTS = ['cursor', 'webhook'];

/** What a person hands in is a person's word, and what the demo makes is nobody's source. */
const isNoSource = ({ type, id }: Intake): boolean =>
  type === 'analyst' || type === 'demo' || (type === 'alerting' && WAYS_OF_ALERTS.includes(id));

interface Written {
  readonly view: Stored;
  /** Undefined where it was so already. */
  readonly content?: SourceSwitch;
}

/** Switches a source, unless somebody else did meanwhile; with its entry in the audit, or not at all. */
export const putSwitch = async (
  agent: WritingAgent & AgentWith<'evidence' | 'switches'>,
  source: Intake,
  { version, off, by, reason }: SwitchOrder,
): Promise<Result<Stored, Refusal>> => {
  const { shift, parts } = agent;
  if (isNoSource(source))
    return err(refusal('invalid', `\`${grantKey(source)}\` is no source that can be switched off`));
  if (!shift) return err(NOT_JOINED);
  const id = switchId(source);
  const content: SourceSwitch = {
    source: { type: source.type, id: source.id },
    version: version + 1,
    off,
    by,
    at: iso(parts.clock.utc()),
    reason,
  };
  const verb = off ? 'switch_source_off' : 'switch_source_on';
  const entry = { verb, by, object: { type: 'source', id: grantKey(source) }, text: reason };
  const record = auditRecord(agent);
  const saved = await shift.parts.commits.settle<Result<Written, Refusal>>({
    reads: [id],
    build: (view) => {
      const before = contentOf('source_switch', view.get(id));
      if ((before?.version ?? 0) !== version)
        return view.isFresh(id) ? { docs: [], answer: err(switchedByOthers(before)) } : 'read_again';
      if ((before?.off ?? false) === off) return { docs: [], answer: ok({ view: viewOf(before) }) };
      const docs = [{ ...plannedSwitch(content), records: [record(entry)] }];
      return { docs, answer: ok({ view: viewOf(content), content }) };
    },
  });
  const answer = await auditRefusal(agent, entry, saved);
  if (!answer.ok) return answer;
  if (answer.value.content !== undefined) await parts.switches.note(answer.value.content);
  return ok(answer.value.view);
};
