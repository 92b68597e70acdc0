import { present } from '../../../common/present';
import type { AgentWith, JoinedWith, WritingAgent } from '../agent/views';
import { recordOf, type Records } from '../record/records';
import type { QuarantineResolution } from '../keeping/kinds';
import { contentOf, readMany } from '../keeping/state_docs';
import { iso } from '../../../common/iso';
import type { QuarantineEntryView } from '../../../common/api/routes';
import { decode } from '../../../common/codec/decode';
import { DetectionEvent } from '../../../common/flow/event';
import { err, ok, type Result } from '../../../common/result';
import type { Agent } from '../agent/agent';
import { isDurable, type Admission } from '../door/admission';
import type { EvidenceFound } from '../ports';
import { eventsIn, keptEvent } from '../sources/receive';
import { jsonChanges } from '../../engine/intake/json_changes';
import { untimelyAt } from '../record/untimely';
import { auditIfReachable, auditRecord, type AuditEntry } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';

/*
 * What could not be accepted waits here for a person: corrected and handed in again, or discarded with a reason. The
 * entry itself stays on record; what became of it is a document of the state, so that two people cannot both do it.
 */

type Entry = Records['quarantine'];

const MOST_CHANGED = 64;

const resolutionId = (entryId: string): string => `quarantine:${entryId}`;

const MESSAGE_REASONS: ReadonlySet<Entry['reason']> = new Set(['unreadable', 'unverified', 'lookup_failed'] as const);

/** What a channel sent is only a doorbell; whoever could edit one could ring for events that nobody saw. */
const isMessage = ({ reason, intake }: Entry): boolean => intake.type === 'alerting' && MESSAGE_REASONS.has(reason);

const viewOf = (
  { id, at, body }: EvidenceFound['entries'][number],
  resolution: QuarantineResolution | undefined,
): QuarantineEntryView => {
  const entry = recordOf('quarantine', body);
  const { reason, intake, fields, original } = entry;
  return {
    id,
    at,
    reason,
    intake: { ...intake },
    fields: fields.map((field) => ({ ...field })),
    message: isMessage(entry),
    ...present({ original, resolution: resolution && { ...resolution } }),
  };
};

interface QuarantineWish {
  readonly limit: number;
  readonly offset: number;
  readonly reason?: string;
}

/** What could not be accepted, newest first, with what became of it. */
export const listQuarantine = async (
  { parts }: AgentWith<'evidence' | 'store'>,
  { limit, offset, reason }: QuarantineWish,
): Promise<{ total: number; reasons: Record<string, number>; entries: QuarantineEntryView[] }> => {
  const found = await parts.evidence.find({
    family: 'quarantine',
    limit,
    offset,
    order: 'newest',
    ...present({ where: reason === undefined ? undefined : { reason } }),
  });
  const resolutions = await readMany(
    parts.store,
    'quarantine',
    found.entries.map(({ id }) => resolutionId(id)),
  );
  const reasons = await parts.evidence.tally({ family: 'quarantine', field: 'reason' });
  return {
    total: found.total,
    reasons: Object.fromEntries(reasons),
    entries: found.entries.map((entry) => viewOf(entry, resolutions.get(resolutionId(entry.id)))),
  };
};

/**
 * How much waits in quarantine. Resolutions are kept longer than what they are about: those of before the oldest entry
 * that is there do not count.
 */
export const waitingInQuarantine = async ({ parts }: AgentWith<'evidence' | 'store'>): Promise<number> => {
  const { total, entries } = await parts.evidence.find({ family: 'quarantine', order: 'oldest', limit: 1 });
  const oldest = entries[0]?.at;
  if (oldest === undefined) return 0;
  const [resolved, before] = await Promise.all([
    parts.store.count({ kinds: ['quarantine'] }),
    parts.store.count({ kinds: ['quarantine'], atBefore: oldest }),
  ]);
  return Math.max(0, total - (resolved - before));
};

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
  if (!entry) return err(refusal('not_found', `there is nothing in quarantine by the id \`${entryId.slice(0, 100)}\``));
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

/** Says that something needs nothing more. */
export const discard = async (
  agent: AgentWith<'chance' | 'clock' | 'evidence'> & JoinedWith<'commits'>,
  entryId: string,
  { reason, by }: { readonly reason: string; readonly by: string },
): Promise<Result<string, Refusal>> => {
  if (!(await agent.parts.evidence.get('quarantine', entryId)))
    return err(refusal('not_found', `there is nothing in quarantine by the id \`${entryId.slice(0, 100)}\``));
  const resolved = await resolve(agent, entryId, { how: 'discarded', by, at: iso(agent.parts.clock.utc()), reason });
  return resolved.ok ? ok(entryId) : resolved;
};
