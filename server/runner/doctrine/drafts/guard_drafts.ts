import { present } from '../../../../common/present';
import type { AgentWith } from '../../agent/views';
import type { GuardDraft } from '../../keeping/kinds/policies';
import { contentOf } from '../../keeping/state_docs';
import type { GuardDraftView } from '../../../../common/api/drafts';
import type { GuardView } from '../../../../common/api/policy_views';
import type { PolicyFault } from '../../../../common/policy/policy';
import { digestOf } from '../../../engine/digest/digest';
import { guardOf, type GuardTexts } from '../../../engine/policy/guard_set';
import { draftDesk, type Checked, type TextKind } from './desk';
import type { Draft, Written } from './draft';
import { policiesInForce } from '../../trust/in_force';

/** As policies name them, and as a Rego package can be called. */
const NAME = /^[a-z][a-z0-9_]{0,79}$/;

/** Guards with drafts put in their places. */
export const withGuardDrafts = (
  texts: GuardTexts,
  drafts: ReadonlyArray<Pick<GuardDraftView, 'guard' | 'source' | 'deleted'>>,
): GuardTexts => {
  const set = new Map(texts);
  for (const { guard, source, deleted } of drafts) {
    if (deleted) set.delete(guard);
    else set.set(guard, source);
  }
  return set;
};

const put = (texts: GuardTexts, drafts: readonly Draft[]): GuardTexts =>
  withGuardDrafts(
    texts,
    drafts.map(({ id: guard, source, deleted }) => ({ guard, source, deleted })),
  );

/** A guard among others, as drafts are compared with it. */
export const writtenGuard = (texts: GuardTexts, guard: string): Written | undefined => {
  const source = texts.get(guard);
  return source === undefined ? undefined : { source, hash: digestOf(source) };
};

/** The guards that a policy may ask once everything is released that is written, drafts included. */
const draftedGuards = async (agent: AgentWith<'guardBook' | 'store'>): Promise<GuardTexts> =>
  put(agent.parts.guardBook.written, await guardDrafts.stored(agent));

/** What is wrong with guards, as far as it can be said here. `file` is the name of the guard and `.rego`. */
const checkGuards = async ({ parts }: AgentWith<'guardBook'>, texts: GuardTexts): Promise<Checked> => {
  const module = await parts.guardBook.moduleOf(texts);
  if (module.ok) return { faults: [] };
  const { code, message, faults } = module.error;
  if (code === 'no_opa') return { faults: [], unchecked: message };
  return { faults: faults.length > 0 ? faults : [{ file: 'guards', line: 1, column: 1, code, message }] };
};

/** A fault of all guards together names none of them. */
const isOf =
  (guard: string) =>
  ({ file }: PolicyFault): boolean =>
    file === `${guard}.rego` || file === 'guards';

/**
 * What a policy may ask that is being written, and what its tests ask. Drafts with faults keep no test from being run:
 * those are asked of what is written.
 */
export const guardsToAsk = async (
  agent: AgentWith<'guardBook' | 'store'>,
): Promise<{ readonly names: GuardTexts; readonly texts: GuardTexts }> => {
  const names = await draftedGuards(agent);
  const { faults } = await checkGuards(agent, names);
  return { names, texts: faults.length === 0 ? names : agent.parts.guardBook.written };
};

/** What is wrong with a text, were it the one of a guard. Others' faults are left out: they are told where they are. */
export const checkGuard = async (
  agent: AgentWith<'guardBook' | 'store'>,
  guard: string,
  source: string,
): Promise<Checked> => {
  const others = await draftedGuards(agent);
  const { faults, ...rest } = await checkGuards(agent, new Map([...others, [guard, source]]));
  const own = faults.filter(isOf(guard));
  if (own.length > 0 || faults.length === 0) return { ...rest, faults: own };
  return { faults: [], unchecked: `\`${faults[0]?.file ?? ''}\` has faults; mend them first` };
};

const draftOf = ({ guard: id, ...draft }: GuardDraft): Draft => ({ id, ...draft });

const checkAll = async (agent: AgentWith<'guardBook'>, drafts: readonly Draft[]): Promise<readonly Checked[]> => {
  const { faults, ...rest } = await checkGuards(agent, put(agent.parts.guardBook.written, drafts));
  return drafts.map(({ id }) => ({ ...rest, faults: faults.filter(isOf(id)) }));
};

const GUARDS: TextKind<Checked, GuardDraftView> = {
  type: 'guard',
  docId: (guard) => `guard_draft:${guard}`,
  kind: 'guard_draft',
  state: 'guard_draft',
  most: 256,
  objection: (guard) =>
    NAME.test(guard) ? undefined : `\`${guard}\` is no name of a guard; use small letters, digits and \`_\``,
  written: ({ parts }, guard) => writtenGuard(parts.guardBook.written, guard),
  body: ({ id: guard, ...draft }, mark) => ({ kind: 'guard_draft', content: { guard, ...draft, ...mark } }),
  draftIn: (doc) => {
    const stored = contentOf('guard_draft', doc);
    return stored === undefined || stored.draft_discarded ? undefined : draftOf(stored);
  },
  check: async (agent, { id, source, deleted }) => (deleted ? { faults: [] } : checkGuard(agent, id, source)),
  checkAll,
  view: (guard, told, { unchecked }) => ({ guard, ...told, ...present({ unchecked }) }),
};

/** Changed Rego guards that are not released yet. */
export const guardDrafts = draftDesk(GUARDS);

/** The guards in force, with the policies that ask each. */
export const listGuards = (agent: AgentWith<'bundles' | 'guardBook'>): readonly GuardView[] => {
  const policies = policiesInForce(agent);
  return [...agent.parts.guardBook.inForce]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([guard, source]) => ({
      guard,
      source,
      asked_by: policies
        .filter((file) => guardOf(file) === guard)
        .map(({ policy }) => ({ policy: policy.metadata.id, mode: policy.spec.mode })),
    }));
};
