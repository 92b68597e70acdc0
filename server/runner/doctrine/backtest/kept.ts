import { iso } from '../../../../common/iso';
import type { BacktestView, ReleaseGateView } from '../../../../common/api/routes/backtest';
import type { Agent } from '../../agent/agent';
import { SessionLost } from '../../keeping/session_lost';
import type { Draft } from '../../keeping/documents';
import { auditRecord, type AuditEntry } from '../../record/audit';
import { StoreUnavailable } from '../../ports';

/*
 * Results of backtests, by the digest of the policies that were tried: an approver sees on any agent what the author
 * ran on another, and a changed candidate has none.
 */

const resultId = (digest: string): string => `backtest:${digest}`;
const runId = (digest: string): string => `backtest_run:${digest}`;
const overrideId = (digest: string): string => `backtest_override:${digest}`;
const STATE = 'backtest';
const RUN = 'backtest_run';
/** Older results are thrown away; what happened to them stays in the audit index. */
const MOST_KEPT = 40;

export type Override = NonNullable<ReleaseGateView['override']>;

/** Writes a document as it is to be at the very moment of writing; `build` must be pure. */
const keep = async (
  agent: Agent,
  id: string,
  build: (stored: unknown) => Omit<Draft, 'id' | 'kind'>,
): Promise<void> => {
  const commits = agent.shift?.parts.commits;
  if (!commits) throw new StoreUnavailable('OpenSearch does not answer right now');
  commits.forget(id);
  try {
    await commits.settle({
      reads: [id],
      build: (view) => ({ drafts: [{ id, kind: 'draft', ...build(view.get(id)?.content) }], answer: undefined }),
    });
  } catch (cause) {
    if (cause instanceof SessionLost) throw new StoreUnavailable('the session was lost', { cause });
    throw cause;
  }
};

export const keptBacktest = async ({ parts }: Agent, digest: string): Promise<BacktestView | undefined> =>
  (await parts.store.get(resultId(digest)))?.content as BacktestView | undefined;

/** Newest first, without their reports. */
export const keptBacktests = async ({ parts }: Agent): Promise<readonly BacktestView[]> => {
  const docs = await parts.store.search({ kinds: ['draft'], states: [STATE], sort: 'newest', limit: MOST_KEPT });
  return docs.map(({ content }) => {
    const { report: _report, ...rest } = content as BacktestView;
    return rest;
  });
};

/** Keeps the result of a run; the last one of a digest counts. */
export const keepBacktest = async (agent: Agent, view: BacktestView): Promise<void> => {
  const facets = { state: STATE, at: iso(agent.parts.clock.utc()) };
  await keep(agent, resultId(view.digest), () => ({ content: view, facets }));
  for (const state of [STATE, RUN]) await throwAway(agent, state);
};

const throwAway = async (agent: Agent, state: string): Promise<void> => {
  const { store } = agent.parts;
  const docs = await store.search({ kinds: ['draft'], states: [state], sort: 'newest', limit: 2 * MOST_KEPT });
  for (const doc of docs.slice(MOST_KEPT)) {
    agent.shift?.parts.commits.forget(doc.id);
    await store.remove(doc.id, doc.version);
  }
};

/** A run as other agents see it, with the wish of somebody there to end it. */
export interface SharedRun {
  readonly view: BacktestView;
  /** UTC; a run that does not tell for long has died with its agent. */
  readonly told_at: string;
  readonly cancelled_by?: string;
}

export const sharedRun = async ({ parts }: Agent, digest: string): Promise<SharedRun | undefined> =>
  (await parts.store.get(runId(digest)))?.content as SharedRun | undefined;

const isSame = (stored: SharedRun | undefined, { started_at, by }: BacktestView): stored is SharedRun =>
  stored?.view.started_at === started_at && stored.view.by === by;

const changeRun = async (
  agent: Agent,
  digest: string,
  change: (stored: SharedRun | undefined) => SharedRun | undefined,
): Promise<SharedRun | undefined> => {
  const commits = agent.shift?.parts.commits;
  if (!commits) return undefined;
  const id = runId(digest);
  commits.forget(id);
  return commits.settle<SharedRun | undefined>({
    reads: [id],
    build: (view) => {
      const stored = view.get(id)?.content as SharedRun | undefined;
      const next = change(stored);
      const facets = { state: RUN, at: iso(agent.parts.clock.utc()) };
      return next === undefined
        ? { drafts: [], answer: stored }
        : { drafts: [{ id, kind: 'draft', content: next, facets }], answer: next };
    },
  });
};

/** Tells other agents how a run is. @returns who wants it to end, if somebody there does */
export const shareRun = async (
  agent: Agent,
  { report: _report, ...view }: BacktestView,
): Promise<string | undefined> => {
  const shared = await changeRun(agent, view.digest, (stored) => ({
    view,
    told_at: iso(agent.parts.clock.utc()),
    ...(isSame(stored, view) && stored.cancelled_by !== undefined ? { cancelled_by: stored.cancelled_by } : {}),
  }));
  return shared?.cancelled_by;
};

/** Asks the agent that runs it to end a run. */
export const askToEnd = (agent: Agent, { view }: SharedRun, by: string): Promise<SharedRun | undefined> =>
  changeRun(agent, view.digest, (stored) => (isSame(stored, view) ? { ...stored, cancelled_by: by } : undefined));

export const keptOverride = async ({ parts }: Agent, digest: string): Promise<Override | undefined> =>
  (await parts.store.get(overrideId(digest)))?.content as Override | undefined;

/**
 * Keeps the word of an approver, with its entry in the audit: both or neither.
 *
 * @param say what is said where that was said before; pure, may be asked more than once
 */
export const keepOverride = (
  agent: Agent,
  digest: string,
  say: (before: Override | undefined) => { readonly override: Override; readonly entry: AuditEntry },
): Promise<void> => {
  const record = auditRecord(agent);
  return keep(agent, overrideId(digest), (stored) => {
    const { override, entry } = say(stored as Override | undefined);
    const facets = { state: 'backtest_override', at: override.at };
    return { content: override, facets, records: [record(entry)] };
  });
};
