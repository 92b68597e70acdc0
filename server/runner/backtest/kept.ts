import type { BacktestView, ReleaseGateView } from '../../../common/api/routes/backtest';
import type { Agent } from '../agent';
import { SessionLost } from '../commit_queue';
import type { Draft } from '../documents';
import { StoreUnavailable } from '../ports';
import { isoOf } from '../shift_parts';

/*
 * Results of backtests, by the digest of the policies that were tried: an approver sees on any agent what the author
 * ran on another, and a changed candidate has none.
 */

const resultId = (digest: string): string => `backtest:${digest}`;
const overrideId = (digest: string): string => `backtest_override:${digest}`;
const STATE = 'backtest';
/** Older results are thrown away; what happened to them stays in the audit index. */
const MOST_KEPT = 40;

export type Override = NonNullable<ReleaseGateView['override']>;

const keep = async (agent: Agent, draft: Draft): Promise<void> => {
  const commits = agent.shift?.parts.commits;
  if (!commits) throw new StoreUnavailable('OpenSearch does not answer right now');
  commits.forget(draft.id);
  try {
    await commits.settle({ reads: [draft.id], build: () => ({ drafts: [draft], answer: undefined }) });
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
  await keep(agent, {
    id: resultId(view.digest),
    kind: 'draft',
    content: view,
    facets: { state: STATE, at: isoOf(agent.parts.clock) },
  });
  const { store } = agent.parts;
  const docs = await store.search({ kinds: ['draft'], states: [STATE], sort: 'newest', limit: 2 * MOST_KEPT });
  for (const doc of docs.slice(MOST_KEPT)) {
    agent.shift?.parts.commits.forget(doc.id);
    await store.remove(doc.id, doc.version);
  }
};

export const keptOverride = async ({ parts }: Agent, digest: string): Promise<Override | undefined> =>
  (await parts.store.get(overrideId(digest)))?.content as Override | undefined;

export const keepOverride = (agent: Agent, digest: string, override: Override): Promise<void> =>
  keep(agent, {
    id: overrideId(digest),
    kind: 'draft',
    content: override,
    facets: { state: 'backtest_override', at: override.at },
  });
