import { present } from '../../../common/present';
import type { AgentWith, JoinedWith, WritingAgent } from '../agent/views';
import { recordOf } from '../record/records';
import type { QuarantineResolution } from '../keeping/kinds';
import { isAway } from '../keeping/session_lost';
import { contentOf } from '../keeping/state_docs';
import { iso } from '../../../common/iso';
import type { DiscardedView } from '../../../common/api/routes';
import { decode } from '../../../common/codec/decode';
import { DetectionEvent } from '../../../common/flow/event';
import { err, ok, type Result } from '../../../common/result';
import type { Agent } from '../agent/agent';
import { isDurable, type Admission } from '../door/admission';
import { eventsIn, keptEvent } from '../sources/receive';
import { jsonChanges } from '../../engine/intake/json_changes';
import { untimelyAt } from '../record/untimely';
import { auditIfReachable, auditRecord, type AuditEntry } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { isMessage, resolutionId } from './quarantine_list';

/*
 * What could not be accepted waits here for a person: corrected and handed in again, or discarded with a reason. The
 * entry itself stays on record; what became of it is a document of the state, so that two people cannot both do it.
 */

const MOST_CHANGED = 64;
/** Of several that are discarded so many are under way together. */
const AT_ONCE = 50;

const entryOf = (entryId: string, { how, by, reason }: QuarantineResolution): AuditEntry => ({
  verb: how === 'requeued' ? 'requeue' : 'discard',
  by,
  object: { type: 'quarantine', id: entryId },
  text: reason,
});

/** Puts a resolution on record, with its entry in the audit: both or neither. Refused where somebody was faster. */
const resolve = async (
  agent: WritingAgent,
  entryId: string,
  resolution: QuarantineResolution,
): Promise<Result<true, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const id = resolutionId(entryId);
  const { how, at } = resolution;
  const record = auditRecord(agent);
  const before = await shift.parts.commits.settle<QuarantineResolution | undefined>({
    reads: [id],
    build: (view) => {
      const known = contentOf('quarantine', view.get(id));
      if (known) return { docs: [], answer: known };
      const records = [record(entryOf(entryId, resolution))];
      const facets = { state: how, at };
      return { docs: [{ id, kind: 'quarantine', facets, content: resolution, records }], answer: undefined };
    },
  });
  return before ? err({ ...refusal('changed', `${before.by} ${before.how} it already`), current: before }) : ok(true);
};

const nothingBy = (entryId: string): Refusal =>
  refusal('not_found', `there is nothing in quarantine by the id \`${entryId.slice(0, 100)}\``);

const NOT_KEPT = refusal('unavailable', 'it could not be kept just now; it is in quarantine as before');

/** What could not be made durable is open again; the record, which says that it was handed in, says that as well. */
const reopen = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence'> & JoinedWith<'commits' | 'store'>,
  entryId: string,
  resolution: QuarantineResolution,
): Promise<void> => {
  const { shift } = agent;
  if (!shift) return;
  shift.parts.commits.forget(resolutionId(entryId));
  const doc = await shift.parts.store.get(resolutionId(entryId));
  if (doc) await shift.parts.store.remove(doc.id, doc.version);
  await auditIfReachable(agent, { ...entryOf(entryId, resolution), outcome: `not done: ${NOT_KEPT.message}` });
};

/** The event inside what was kept: what was refused for its time was kept with what Reflex added. */
const eventOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'case_id' in value && 'event' in value ? value.event : value;

/** One event in the wire form, as a person vouches for it. */
const eventIn = (text: string, now: number): Result<DetectionEvent, Refusal> => {
  const values = eventsIn(text);
  if (!values.ok) return err(refusal('invalid', `the text ${values.error}`));
  if (values.value.length !== 1) return err(refusal('invalid', 'hand in one event at a time'));
  const checked = decode(DetectionEvent, eventOf(values.value[0]));
  if (!checked.ok) return err({ ...refusal('invalid', 'the event is still not valid'), fields: checked.error });
  const untimely = untimelyAt(checked.value.timestamp, now);
  return untimely
    ? err({ ...refusal('invalid', `\`timestamp\` ${untimely.field.message}`), fields: [untimely.field] })
    : checked;
};

/** What was kept, as JSON; undefined where it is none, as of bytes or of a text that was cut. */
const originalOf = (text: string | undefined): unknown => {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return eventOf(Array.isArray(value) && value.length === 1 ? value[0] : value);
  } catch {
    return undefined;
  }
};

/** Fields that a person changed of what had come, as paths; all of them where nothing readable had come. */
const changedPaths = (original: string | undefined, event: DetectionEvent): readonly string[] => {
  const { raw: _raw, ...fields } = event;
  const changes = jsonChanges(originalOf(original) ?? {}, fields).map(({ path }) => path.slice(0, 256));
  return [...new Set(changes)].slice(0, MOST_CHANGED);
};

interface Requeue {
  readonly text: string;
  readonly reason: string;
  readonly by: string;
}

/**
 * Hands in again, as a person corrected it. The event is the person's own from then on: it keeps where it came from and
 * what of it was changed, starts nothing by itself, and who hands something in may not approve what is done about it. A
 * later message of the source itself is no duplicate of it.
 */
export const requeue = async (
  agent: Pick<Agent, 'admit'> & AgentWith<'chance' | 'clock' | 'evidence'> & JoinedWith<'commits' | 'store'>,
  entryId: string,
  { text, reason, by }: Requeue,
): Promise<Result<readonly Admission[], Refusal>> => {
  const { evidence, clock } = agent.parts;
  const body = await evidence.get('quarantine', entryId);
  const entry = body && recordOf('quarantine', body);
  if (!entry) return err(nothingBy(entryId));
  if (isMessage(entry))
    return err(
      refusal(
        'invalid',
        'a message of a channel only rings: mend the template of the action; the alert itself is read from its index',
      ),
    );
  const event = eventIn(text, clock.utc());
  if (!event.ok) return event;
  const resolution: QuarantineResolution = { how: 'requeued', by, at: iso(clock.utc()), reason };
  const resolved = await resolve(agent, entryId, resolution);
  if (!resolved.ok) return resolved;
  const admission = await agent.admit(
    keptEvent(event.value, {
      intake: { type: 'analyst', id: by },
      identity: ['quarantine', entryId, event.value.event_id],
      receivedAt: iso(clock.utc()),
      handed: { by, from: { ...entry.intake }, changed: [...changedPaths(entry.original, event.value)] },
      granted: undefined,
      // Who held the token that it first came with asked for it, whoever hands it in again.
      ...present({ owners: entry.owners }),
    }),
    'durable',
  );
  if (isDurable(admission)) return ok([admission]);
  await reopen(agent, entryId, resolution);
  return err(NOT_KEPT);
};

interface Discard {
  readonly reason: string;
  readonly by: string;
}

/** Says that something needs nothing more. */
export const discard = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence'> & JoinedWith<'commits'>,
  entryId: string,
  { reason, by }: Discard,
): Promise<Result<string, Refusal>> => {
  if (!(await agent.parts.evidence.get('quarantine', entryId))) return err(nothingBy(entryId));
  const resolved = await resolve(agent, entryId, { how: 'discarded', by, at: iso(agent.parts.clock.utc()), reason });
  return resolved.ok ? ok(entryId) : resolved;
};

const NOTHING_NAMED: Refusal = {
  ...refusal('invalid', 'nothing was named that is to be discarded'),
  fields: [{ path: 'entry_ids', message: 'must name at least one entry' }],
};

/** The same of one among several: whether OpenSearch goes away in the middle is said of each. */
const discardOne = async (...[agent, entryId, word]: Parameters<typeof discard>): ReturnType<typeof discard> => {
  try {
    return await discard(agent, entryId, word);
  } catch (cause) {
    if (isAway(cause)) return err(NOT_KEPT);
    throw cause;
  }
};

/**
 * Says of several that they need nothing more: exactly of those that are named, each for itself and with an entry of
 * its own in the audit. One that somebody else has dealt with meanwhile stays as it is, and holds up no other.
 */
export const discardMany = async (
  agent: Parameters<typeof discard>[0],
  entryIds: readonly string[],
  word: Discard,
): Promise<Result<DiscardedView, Refusal>> => {
  if (!agent.shift) return err(NOT_JOINED);
  if (entryIds.length === 0) return err(NOTHING_NAMED);
  const done: DiscardedView = { discarded: [], not_done: [] };
  const ids = [...new Set(entryIds)];
  for (let first = 0; first < ids.length; first += AT_ONCE) {
    const some = ids.slice(first, first + AT_ONCE);
    const results = await Promise.all(some.map((id) => discardOne(agent, id, word)));
    for (const [index, result] of results.entries()) {
      const entry_id = some[index] ?? '';
      if (result.ok) done.discarded.push(entry_id);
      else done.not_done.push({ entry_id, code: result.error.code, message: result.error.message });
    }
  }
  return ok(done);
};
