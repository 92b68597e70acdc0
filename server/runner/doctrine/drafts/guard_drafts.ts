import type { GuardDraft } from '../../keeping/kinds/policies';
import { contentOf, docOf, find } from '../../keeping/state_docs';
import { iso } from '../../../../common/iso';
import type { GuardDraftView, GuardView } from '../../../../common/api/views';
import type { PolicyFault } from '../../../../common/policy/policy';
import { err, ok, type Result } from '../../../../common/result';
import { digestOf } from '../../../engine/digest/digest';
import { guardOf, type GuardTexts } from '../../../engine/policy/guard_set';
import type { Agent } from '../../agent/agent';
import { audit } from '../../record/audit';
import { distinctPeople } from '../../record/four_eyes';
import { NOT_JOINED, refusal, type Refusal } from '../../record/refusal';

/* Changed Rego guards that are not released yet: one document a guard, kept whether it compiles or not. */

const STATE = 'guard_draft';
/** As policies name them, and as a Rego package can be called. */
const NAME = /^[a-z][a-z0-9_]{0,79}$/;
const MOST_DRAFTS = 256;
const MOST_FAULTS = 200;
const MOST_WRITERS = 1_000;

const draftId = (guard: string): string => `guard_draft:${guard}`;

/** What is known of a text, by its digest; a guard that is not there has none. */
const hashOf = (text: string | undefined): string | undefined => (text === undefined ? undefined : digestOf(text));

const isOvertaken = (
  { source, deleted, made_from }: Pick<GuardDraftView, 'source' | 'deleted' | 'made_from'>,
  now: string | undefined,
): boolean => hashOf(now) !== made_from && (deleted ? now !== undefined : now !== source);

const storedDrafts = async ({ parts }: Agent): Promise<readonly GuardDraft[]> => {
  const docs = await find(parts.store, 'guard_draft', { limit: MOST_DRAFTS, fresh: true });
  return docs.map(({ content }) => content).sort((a, b) => (a.guard < b.guard ? -1 : 1));
};

/** Guards with drafts put in their places. */
export const withGuardDrafts = (
  texts: GuardTexts,
  drafts: ReadonlyArray<{ readonly guard: string; readonly source: string; readonly deleted: boolean }>,
): GuardTexts => {
  const set = new Map(texts);
  for (const { guard, source, deleted } of drafts) {
    if (deleted) set.delete(guard);
    else set.set(guard, source);
  }
  return set;
};

/** The guards that a policy may ask once everything is released that is written, drafts included. */
const draftedGuards = async (agent: Agent): Promise<GuardTexts> =>
  withGuardDrafts(agent.parts.guardBook.written, await storedDrafts(agent));

export interface CheckedGuards {
  /** `file` is the name of the guard and `.rego`. */
  readonly faults: readonly PolicyFault[];
  /** Why they could not be compiled here, although they may be right. */
  readonly unchecked?: string;
}

/** What is wrong with guards, as far as it can be said here. */
export const checkGuards = async ({ parts }: Agent, texts: GuardTexts): Promise<CheckedGuards> => {
  const module = await parts.guardBook.moduleOf(texts);
  if (module.ok) return { faults: [] };
  const { code, message, faults } = module.error;
  if (code === 'no_opa') return { faults: [], unchecked: message };
  return { faults: faults.length > 0 ? faults : [{ file: 'guards', line: 1, column: 1, code, message }] };
};

/**
 * What a policy may ask that is being written, and what its tests ask. Drafts with faults keep no test from being run:
 * those are asked of what is written.
 */
export const guardsToAsk = async (
  agent: Agent,
): Promise<{ readonly names: GuardTexts; readonly texts: GuardTexts }> => {
  const names = await draftedGuards(agent);
  const { faults } = await checkGuards(agent, names);
  return { names, texts: faults.length === 0 ? names : agent.parts.guardBook.written };
};

/** What is wrong with a text, were it the one of a guard. Others' faults are left out: they are told where they are. */
export const checkGuard = async (agent: Agent, guard: string, source: string): Promise<CheckedGuards> => {
  const others = await draftedGuards(agent);
  const { faults, ...rest } = await checkGuards(agent, new Map([...others, [guard, source]]));
  const own = faults.filter(({ file }) => file === `${guard}.rego`);
  const isOthers = faults.length > 0 && own.length === 0;
  return { ...rest, faults: own, ...(isOthers ? { unchecked: `\`${faults[0]?.file ?? ''}\` has faults; mend them first` } : {}) }; // prettier-ignore
};

const viewOf = (agent: Agent, draft: GuardDraft, { faults, unchecked }: CheckedGuards): GuardDraftView => {
  const { guard, made_from, writers, ...rest } = draft;
  const base = agent.parts.guardBook.written.get(guard);
  return {
    ...rest,
    guard,
    writers: writers.slice(0, MOST_WRITERS),
    faults: faults.filter(({ file }) => file === `${guard}.rego` || file === 'guards').slice(0, MOST_FAULTS),
    ...(base === undefined ? {} : { base_source: base }),
    ...(made_from === undefined ? {} : { made_from }),
    ...(unchecked === undefined ? {} : { unchecked }),
    ...(isOvertaken(draft, base) ? { is_overtaken: true } : {}),
  };
};

export const listGuardDrafts = async (agent: Agent): Promise<readonly GuardDraftView[]> => {
  const drafts = await storedDrafts(agent);
  if (drafts.length === 0) return [];
  const checked = await checkGuards(agent, withGuardDrafts(agent.parts.guardBook.written, drafts));
  return drafts.map((draft) => viewOf(agent, draft, checked));
};

/** Drafts that were made from another text than the branch holds by now, and would make it a third. */
export const overtakenGuards = (drafts: readonly GuardDraftView[], written: GuardTexts): readonly GuardDraftView[] =>
  drafts.filter((draft) => isOvertaken(draft, written.get(draft.guard)));

export interface GuardDraftChange {
  readonly source?: string;
  readonly deleted?: boolean;
  readonly author: string;
  /** The author saw the text as it is written now. */
  readonly seen?: boolean;
}

/** Keeps a changed guard. One that does not compile is kept too, with its faults, and is never released. */
export const saveGuardDraft = async (
  agent: Agent,
  guard: string,
  change: GuardDraftChange,
): Promise<Result<GuardDraftView, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  if (!NAME.test(guard))
    return err(refusal('invalid', `\`${guard}\` is no name of a guard; use small letters, digits and \`_\``));
  const base = agent.parts.guardBook.written.get(guard);
  const source = change.source ?? base;
  if (source === undefined)
    return err(refusal('invalid', `there is no guard \`${guard}\` yet, so a draft of it needs a text`));
  const { author, deleted = false, seen = false } = change;
  const at = iso(agent.parts.clock.utc());
  await audit(agent, {
    verb: 'save_draft',
    by: author,
    object: { type: 'guard', id: guard },
    digest: digestOf(deleted ? null : source),
    outcome: deleted ? 'removes it' : 'changes it',
  });
  const id = draftId(guard);
  shift.parts.commits.forget(id);
  const draft = await shift.parts.commits.settle<GuardDraft>({
    reads: [id],
    build: (view) => {
      const before = contentOf('guard_draft', view.get(id));
      const isUnchanged = before === undefined || (!before.deleted && before.source === base);
      const writers = distinctPeople([...(isUnchanged ? [] : before.writers), author]);
      // Saving again is no sign that its author saw what others changed meanwhile.
      const from = before === undefined || seen ? hashOf(base) : before.made_from;
      const content: GuardDraft = { guard, source, deleted, author, writers, updated_at: at, ...(from === undefined ? {} : { made_from: from }) }; // prettier-ignore
      return { drafts: [{ id, kind: 'guard_draft', content, facets: { state: STATE, at } }], answer: content };
    },
  });
  const checked = deleted ? { faults: [] } : await checkGuard(agent, guard, source);
  return ok(viewOf(agent, draft, checked));
};

/** Throws a draft away. */
export const discardGuardDraft = async (agent: Agent, guard: string, by: string): Promise<Result<true, Refusal>> => {
  const { shift } = agent;
  if (!shift) return err(NOT_JOINED);
  const doc = docOf('guard_draft', await agent.parts.store.get(draftId(guard)));
  if (!doc) return err(refusal('not_found', `there is no draft of guard \`${guard}\``));
  const { source, deleted } = doc.content;
  const digest = digestOf(deleted ? null : source);
  await audit(agent, { verb: 'discard_draft', by, object: { type: 'guard', id: guard }, digest });
  const removed = await agent.parts.store.remove(doc.id, doc.version);
  shift.parts.commits.forget(doc.id);
  return removed.kind === 'written'
    ? ok(true)
    : err(refusal('changed', 'somebody changed the draft meanwhile; look again'));
};

/** Throws drafts away whose text is in force now. */
export const discardReleasedGuards = async (
  agent: Agent,
  changes: ReadonlyArray<{ readonly guard: string; readonly after?: string }>,
  by: string,
): Promise<void> => {
  if (changes.length === 0) return;
  const after = new Map(changes.map((change) => [change.guard, change.after]));
  const done = (await storedDrafts(agent)).filter(
    ({ guard, source, deleted }) => after.has(guard) && (deleted ? undefined : source) === after.get(guard),
  );
  await Promise.all(done.map(({ guard }) => discardGuardDraft(agent, guard, by)));
};

/** The guards in force, with the policies that ask each. */
export const listGuards = ({ parts }: Agent): readonly GuardView[] => {
  const policies = parts.bundles.active?.bundle.policies ?? [];
  return [...parts.guardBook.inForce]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([guard, source]) => ({
      guard,
      source,
      asked_by: policies
        .filter((file) => guardOf(file) === guard)
        .map(({ policy }) => ({ policy: policy.metadata.id, mode: policy.spec.mode })),
    }));
};
