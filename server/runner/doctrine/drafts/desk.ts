import { present } from '../../../../common/present';
import type { AgentWith, JoinedWith, WritingAgent } from '../../agent/views';
import type { DraftChange, DraftView } from '../../../../common/api/drafts';
import { iso } from '../../../../common/iso';
import type { PolicyFault } from '../../../../common/policy/policy';
import { err, ok, type Result } from '../../../../common/result';
import { digestOf } from '../../../engine/digest/digest';
import type { PlannedBody } from '../../keeping/state_docs';
import type { Facets, StateDoc } from '../../ports';
import { auditRecord, auditRefusal, type AuditEntry } from '../../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';
import { DISCARDED, removeDiscarded } from './discarded';
import { isOvertaken, savedOver, type Draft, type Written } from './draft';

/*
 * Where changed texts are kept until they are released: one document a text, whether it is valid or not. What is here
 * holds for policies and guards alike; `policy_drafts.ts` and `guard_drafts.ts` say what differs.
 */

/** What was found wrong with a text. */
export interface Checked {
  readonly faults: readonly PolicyFault[];
  /** Why it could not be checked here, although it may be right. */
  readonly unchecked?: string;
}

/** What is told of every draft. */
export type Told = Omit<DraftView, 'id' | 'tests'>;

type Body = Extract<PlannedBody, { readonly kind: 'policy_draft' | 'guard_draft' }>;

/** What checking a text takes of an agent. */
export type CheckingAgent = AgentWith<'bundles' | 'guardBook' | 'model' | 'store'>;

/** What keeping and discarding drafts takes of an agent. */
export type DraftingAgent = AgentWith<'chance' | 'clock' | 'evidence' | 'store'> & JoinedWith<'commits'>;

/** One kind of text, and what differs between its drafts and others. */
export interface TextKind<Found extends Checked, View> {
  readonly type: 'policy' | 'guard';
  readonly docId: (id: string) => string;
  /** Of its documents. */
  readonly kind: Body['kind'];
  /** Of its documents while nobody discarded them. */
  readonly state: string;
  /** Most drafts that are listed. */
  readonly most: number;
  /** Why no text of this kind can have this id, if none can. */
  readonly objection?: (id: string) => string | undefined;
  /** The text that a draft would replace. */
  readonly written: (agent: AgentWith<'bundles' | 'guardBook'>, id: string) => Written | undefined;
  /** What is stored of a draft; with the mark, it is nobody's any more. */
  readonly body: (draft: Draft, mark?: { readonly draft_discarded: true }) => Body;
  /** The draft that a document holds; undefined if there is none, or it was discarded. */
  readonly draftIn: (doc: Pick<StateDoc, 'kind' | 'content'> | undefined) => Draft | undefined;
  readonly check: (agent: CheckingAgent, draft: Draft) => Promise<Found>;
  /** Checks all drafts that there are, so that what they share is looked up once. */
  readonly checkAll: (agent: CheckingAgent, drafts: readonly Draft[]) => Promise<readonly Found[]>;
  readonly view: (id: string, told: Told, found: Found) => View;
}

/** What people do with the drafts of one kind. */
export interface DraftDesk<View> {
  readonly list: (agent: CheckingAgent) => Promise<readonly View[]>;
  /** The drafts as they are stored, unchecked, in order of their ids. */
  readonly stored: (agent: AgentWith<'store'>) => Promise<readonly Draft[]>;
  /** Keeps a changed text. An invalid one is kept too, with its faults, and is never released. */
  readonly save: (agent: CheckingAgent & DraftingAgent, id: string, change: Change) => Promise<Result<View, Refusal>>;
  /** Throws a draft away. */
  readonly discard: (agent: DraftingAgent, id: string, by: string) => Promise<Result<true, Refusal>>;
  /** Throws drafts away whose text is in force now; what others went on writing stays. */
  readonly discardReleased: (agent: DraftingAgent, released: Released, by: string) => Promise<void>;
}

export interface Change extends DraftChange {
  readonly author: string;
}

/** Texts that a release changed, by id; undefined: it took the text away. */
export type Released = ReadonlyMap<string, string | undefined>;

/** What of a kind does not depend on how its texts are checked and shown. */
type Shelf = Omit<TextKind<Checked, unknown>, 'check' | 'checkAll' | 'view'>;

const MOST_FAULTS = 200;
const MOST_WRITERS = 1_000;
const MEANWHILE = refusal('changed', 'somebody changed the draft meanwhile; look again');

const storedDrafts = async (shelf: Shelf, { parts }: AgentWith<'store'>): Promise<readonly Draft[]> => {
  const { kind, state, most } = shelf;
  const docs = await parts.store.search({ kinds: [kind], states: [state], limit: most, fresh: true });
  return docs.flatMap((doc) => shelf.draftIn(doc) ?? []).sort((a, b) => (a.id < b.id ? -1 : 1));
};

const told = (draft: Draft, { faults }: Checked, written: Written | undefined): Told => {
  const { source, author, updated_at, deleted, made_from } = draft;
  return {
    source,
    author,
    updated_at,
    deleted,
    writers: draft.writers.slice(0, MOST_WRITERS),
    faults: faults.slice(0, MOST_FAULTS),
    ...present({
      base_hash: written?.hash,
      base_source: written?.source,
      made_from,
      is_overtaken: isOvertaken(draft, written) ? true : undefined,
    }),
  };
};

/** What the audit says of a draft, besides who did what with it. */
const entryOf = ({ type }: Shelf, id: string): Pick<AuditEntry, 'object' | 'policy'> => ({
  object: { type, id },
  ...present({ policy: type === 'policy' ? { id } : undefined }),
});

const facetsOf = ({ type, state }: Shelf, { id, updated_at }: Draft): Facets => ({
  state,
  at: updated_at,
  ...present({ policy: type === 'policy' ? id : undefined }),
});

const digestOfText = ({ deleted, source }: Pick<Draft, 'deleted' | 'source'>): string =>
  digestOf(deleted ? null : source);

const outcomeOf = ({ deleted }: Draft, { faults, unchecked }: Checked): string => {
  if (deleted) return 'removes it';
  if (unchecked !== undefined) return `not checked: ${unchecked}`;
  if (faults.length === 0) return 'checked: no faults';
  return `checked: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}`;
};

/** Writes a draft as it is at the very moment of writing, with its entry in the audit: both or neither. */
const write = async (
  shelf: Shelf,
  agent: AgentWith<'bundles' | 'chance' | 'clock' | 'guardBook'> & JoinedWith<'commits'>,
  entry: AuditEntry,
  { saved, seen }: { readonly saved: Draft; readonly seen: DraftChange['seen'] },
): Promise<Result<Draft, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const { commits } = shift.parts;
  const doc = shelf.docId(saved.id);
  const written = shelf.written(agent, saved.id);
  const record = auditRecord(agent);
  commits.forget(doc);
  return commits.settle<Result<Draft, Refusal>>({
    reads: [doc],
    build: (view) => {
      const before = shelf.draftIn(view.get(doc));
      const draft = savedOver({ before, written, seen }, saved);
      const carried = { id: doc, facets: facetsOf(shelf, draft), records: [record(entry)] };
      return { docs: [{ ...carried, ...shelf.body(draft) }], answer: ok(draft) };
    },
  });
};

/** The draft that somebody wants to be kept, before it is known who else wrote it. */
const wanted = (
  shelf: Shelf,
  agent: AgentWith<'bundles' | 'clock' | 'guardBook'>,
  id: string,
  change: Change,
): Result<Draft, Refusal> => {
  const objection = shelf.objection?.(id);
  if (objection !== undefined) return err(refusal('invalid', objection));
  const { author, deleted = false } = change;
  const source = change.source ?? shelf.written(agent, id)?.source;
  if (source === undefined)
    return err(refusal('invalid', `there is no ${shelf.type} \`${id}\` yet, so a draft of it needs a text`));
  return ok({ id, source, deleted, author, writers: [author], updated_at: iso(agent.parts.clock.utc()) });
};

const save = async <Found extends Checked, View>(
  kind: TextKind<Found, View>,
  agent: CheckingAgent & DraftingAgent,
  id: string,
  change: Change,
): Promise<Result<View, Refusal>> => {
  if (!agent.shift) return err(NOT_JOINED);
  const about = { verb: 'save_draft', by: change.author, ...entryOf(kind, id) };
  const saved = wanted(kind, agent, id, change);
  if (!saved.ok) return auditRefusal(agent, about, saved);
  const found = await kind.check(agent, saved.value);
  const entry = { ...about, digest: digestOfText(saved.value), outcome: outcomeOf(saved.value, found) };
  const draft = await write(kind, agent, entry, { saved: saved.value, seen: change.seen });
  return draft.ok ? ok(kind.view(id, told(draft.value, found, kind.written(agent, id)), found)) : draft;
};

/**
 * Marks a draft as discarded, with its entry in the audit: both or neither. A removed document could not carry the
 * entry, so it is removed only once the entry is filed.
 */
const markDiscarded = async (
  shelf: Shelf,
  agent: WritingAgent,
  draft: Draft,
  by: string,
): Promise<Result<true, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const { commits } = shift.parts;
  const doc = shelf.docId(draft.id);
  const facets = { state: DISCARDED, at: iso(agent.parts.clock.utc()) };
  const record = auditRecord(agent);
  const entry = { verb: 'discard_draft', by, ...entryOf(shelf, draft.id), digest: digestOfText(draft) };
  commits.forget(doc);
  return commits.settle<Result<true, Refusal>>({
    reads: [doc],
    build: (view) => {
      const now = shelf.draftIn(view.get(doc));
      // What others saved in between is not what was to be thrown away.
      if (now === undefined || digestOf(now) !== digestOf(draft)) return { docs: [], answer: err(MEANWHILE) };
      const carried = { id: doc, facets, records: [record(entry)] };
      return { docs: [{ ...carried, ...shelf.body(draft, { draft_discarded: true }) }], answer: ok(true) };
    },
  });
};

const discard = async (shelf: Shelf, agent: DraftingAgent, id: string, by: string): Promise<Result<true, Refusal>> => {
  if (!agent.shift) return err(NOT_JOINED);
  const draft = shelf.draftIn(await agent.parts.store.get(shelf.docId(id)));
  const done = draft
    ? await markDiscarded(shelf, agent, draft, by)
    : err(refusal('not_found', `there is no draft of ${shelf.type} \`${id}\``));
  if (done.ok) await removeDiscarded(agent);
  return auditRefusal(agent, { verb: 'discard_draft', by, ...entryOf(shelf, id) }, done);
};

const discardReleased = async (shelf: Shelf, agent: DraftingAgent, released: Released, by: string): Promise<void> => {
  if (released.size === 0) return;
  const done = (await storedDrafts(shelf, agent)).filter(
    ({ id, source, deleted }) => released.has(id) && (deleted ? undefined : source) === released.get(id),
  );
  if (done.length === 0) return;
  // Refused where somebody saved in between: that draft stays, and nobody asked for it to go.
  await Promise.all(done.map((draft) => markDiscarded(shelf, agent, draft, by)));
  await removeDiscarded(agent);
};

/** The desk for the drafts of one kind of text. */
export const draftDesk = <Found extends Checked, View>(kind: TextKind<Found, View>): DraftDesk<View> => ({
  list: async (agent) => {
    const drafts = await storedDrafts(kind, agent);
    if (drafts.length === 0) return [];
    const found = await kind.checkAll(agent, drafts);
    return drafts.flatMap((draft, index) => {
      const of = found[index];
      return of === undefined ? [] : [kind.view(draft.id, told(draft, of, kind.written(agent, draft.id)), of)];
    });
  },
  stored: (agent) => storedDrafts(kind, agent),
  save: (agent, id, change) => save(kind, agent, id, change),
  discard: (agent, id, by) => discard(kind, agent, id, by),
  discardReleased: (agent, released, by) => discardReleased(kind, agent, released, by),
});
