import { present } from '../../../../common/present';
import type { AgentWith, JoinedWith, WritingAgent } from '../../agent/views';
import { iso } from '../../../../common/iso';
import type { BacktestView } from '../../../../common/api/routes/backtest';
import { SessionLost } from '../../keeping/session_lost';
import type { BacktestOverride, BacktestRun } from '../../keeping/kinds/policies';
import type { Seen } from '../../keeping/plan';
import { contentOf, find, read, type PlannedDoc } from '../../keeping/state_docs';
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

/** Writes a document as it is to be at the very moment of writing; `build` must be pure. */
const keep = async (
  agent: JoinedWith<'commits'>,
  id: string,
  build: (stored: Seen | undefined) => PlannedDoc,
): Promise<void> => {
  const commits = agent.shift?.parts.commits;
  if (!commits) throw new StoreUnavailable('OpenSearch does not answer right now');
  commits.forget(id);
  try {
    await commits.settle({ reads: [id], build: (view) => ({ docs: [build(view.get(id))], answer: undefined }) });
  } catch (cause) {
    if (cause instanceof SessionLost) throw new StoreUnavailable('the session was lost', { cause });
    throw cause;
  }
};

export const keptBacktest = ({ parts }: AgentWith<'store'>, digest: string): Promise<BacktestView | undefined> =>
  read(parts.store, 'backtest', resultId(digest));

/** Newest first, without their reports. */
export const keptBacktests = async ({ parts }: AgentWith<'store'>): Promise<readonly BacktestView[]> => {
  const docs = await find(parts.store, 'backtest', { sort: 'newest', limit: MOST_KEPT });
  return docs.map(({ content: { report: _report, ...rest } }) => rest);
};

/** Keeps the result of a run; the last one of a digest counts. */
export const keepBacktest = async (
  agent: AgentWith<'clock' | 'store'> & JoinedWith<'commits'>,
  view: BacktestView,
): Promise<void> => {
  const facets = { state: STATE, at: iso(agent.parts.clock.utc()) };
  const id = resultId(view.digest);
  await keep(agent, id, () => ({ id, kind: 'backtest', content: view, facets }));
  for (const kind of ['backtest', 'backtest_run'] as const) await throwAway(agent, kind);
};

const throwAway = async (
  agent: AgentWith<'store'> & JoinedWith<'commits'>,
  kind: 'backtest' | 'backtest_run',
): Promise<void> => {
  const { store } = agent.parts;
  const docs = await store.search({ kinds: [kind], sort: 'newest', limit: 2 * MOST_KEPT });
  for (const doc of docs.slice(MOST_KEPT)) {
    agent.shift?.parts.commits.forget(doc.id);
    await store.remove(doc.id, doc.version);
  }
};

export const sharedRun = ({ parts }: AgentWith<'store'>, digest: string): Promise<BacktestRun | undefined> =>
  read(parts.store, 'backtest_run', runId(digest));

const isSame = (stored: BacktestRun | undefined, { started_at, by }: BacktestView): stored is BacktestRun =>
  stored?.view.started_at === started_at && stored.view.by === by;

const changeRun = async (
  agent: AgentWith<'clock'> & JoinedWith<'commits'>,
  digest: string,
  change: (stored: BacktestRun | undefined) => BacktestRun | undefined,
): Promise<BacktestRun | undefined> => {
  const commits = agent.shift?.parts.commits;
  if (!commits) return undefined;
  const id = runId(digest);
  commits.forget(id);
  return commits.settle<BacktestRun | undefined>({
    reads: [id],
    build: (view) => {
      const stored = contentOf('backtest_run', view.get(id));
      const next = change(stored);
      const facets = { state: RUN, at: iso(agent.parts.clock.utc()) };
      return next === undefined
        ? { docs: [], answer: stored }
        : { docs: [{ id, kind: 'backtest_run', content: next, facets }], answer: next };
    },
  });
};

/** Tells other agents how a run is. @returns who wants it to end, if somebody there does */
export const shareRun = async (
  agent: AgentWith<'clock'> & JoinedWith<'commits'>,
  { report: _report, ...view }: BacktestView,
): Promise<string | undefined> => {
  const shared = await changeRun(agent, view.digest, (stored) => ({
    view,
    told_at: iso(agent.parts.clock.utc()),
    ...present({
      cancelled_by: isSame(stored, view) ? stored.cancelled_by : undefined,
    }),
  }));
  return shared?.cancelled_by;
};

/** Asks the agent that runs it to end a run. */
export const askToEnd = (
  agent: AgentWith<'clock'> & JoinedWith<'commits'>,
  { view }: BacktestRun,
  by: string,
): Promise<BacktestRun | undefined> =>
  changeRun(agent, view.digest, (stored) => (isSame(stored, view) ? { ...stored, cancelled_by: by } : undefined));

export const keptOverride = ({ parts }: AgentWith<'store'>, digest: string): Promise<BacktestOverride | undefined> =>
  read(parts.store, 'backtest_override', overrideId(digest));

/**
 * Keeps the word of an approver, with its entry in the audit: both or neither.
 *
 * @param say what is said where that was said before; pure, may be asked more than once
 */
export const keepOverride = (
  agent: WritingAgent,
  digest: string,
  say: (before: BacktestOverride | undefined) => { readonly override: BacktestOverride; readonly entry: AuditEntry },
): Promise<void> => {
  const record = auditRecord(agent);
  const id = overrideId(digest);
  return keep(agent, id, (stored) => {
    const { override, entry } = say(contentOf('backtest_override', stored));
    const facets = { state: 'backtest_override', at: override.at };
    return { id, kind: 'backtest_override', content: override, facets, records: [record(entry)] };
  });
};
