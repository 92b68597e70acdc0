import { whyOf } from '../../../../common/why';
import { present } from '../../../../common/present';
import { policiesInForce, versionInForce } from '../../trust/in_force';
import { iso } from '../../../../common/iso';
import type { BacktestReportView, BacktestView } from '../../../../common/api/routes/backtest';
import type { Guards } from '../../../../common/policy/bundle';
import { err, ok, type Result } from '../../../../common/result';
import { compileDraft } from '../../../engine/policy/compile_bundle';
import { audit } from '../../record/audit';
import { troubleWithGuards } from '../drafts/guard_trouble';
import { refusal, type Refusal } from '../../record/refusal';
import { inBackground } from '../../keeping/in_background';
import { askToEnd, keepBacktest, keptBacktest, keptBacktests, sharedRun, shareRun } from './kept';
import type { BacktestRun } from '../../keeping/kinds/policies';
import { changesOf } from './policy_changes';
import { runBacktest } from './run_backtest';
import { resolveSubject, type Subject, type SubjectRequest } from './subject';
import type { AgentWith, JoinedWith } from '../../agent/views';
import type { Basics } from '../../ports';
import type { CheckingAgent } from '../drafts/desk';

const DAY_MS = 86_400_000;
/** So often other agents are told how a run is, and it is asked whether somebody there wants it to end, ms. */
const SHARE_MS = 2_000;
/** A run that told nothing for so long is over, ms. */
const SILENT_MS = 30_000;

interface BacktestRequest extends SubjectRequest {
  readonly days: number;
  readonly by: string;
}

interface Job {
  view: BacktestView;
  /** Monotonic ms. */
  readonly startedAt: number;
  isCounted?: boolean;
  readonly control: AbortController;
}

/** Backtests of this agent since its start, by what became of them. */
interface BacktestCounts {
  readonly done: number;
  readonly failed: number;
  readonly cancelled: number;
  /** It did not begin: another one runs, there is nothing to try, or OpenSearch does not answer. */
  readonly refused: number;
  /** Of those that are over, all together, ms. */
  readonly took_ms: number;
}

/** What a backtest takes of an agent: what to try, what was decided, where the result is kept. */
type TryingAgent = CheckingAgent &
  AgentWith<keyof Basics | 'changed' | 'evidence' | 'inventory'> &
  JoinedWith<'commits'>;

/**
 * Runs backtests, one at a time on this agent and in small slices, so that deciding does not wait for it. What came of
 * one is kept by the digest of its policies, for everybody and every agent.
 */
export class BacktestDesk {
  private job: Job | undefined;
  private starting = false;
  private counted: BacktestCounts = { done: 0, failed: 0, cancelled: 0, refused: 0, took_ms: 0 };

  constructor(private readonly agent: TryingAgent) {}

  get counts(): BacktestCounts {
    return this.counted;
  }

  /** Begins a run and answers at once. The same policies again answer with the run that is under way. */
  async start(request: BacktestRequest): Promise<Result<BacktestView, Refusal>> {
    let isRefused = true;
    try {
      const started = await this.tryToStart(request);
      isRefused = !started.ok;
      return started;
    } finally {
      if (isRefused) this.counted = { ...this.counted, refused: this.counted.refused + 1 };
    }
  }

  private async tryToStart(request: BacktestRequest): Promise<Result<BacktestView, Refusal>> {
    const subject = await resolveSubject(this.agent, request);
    if (!subject.ok) return subject;
    const { job } = this;
    if (job?.view.state === 'running') {
      const { view } = job;
      if (view.digest === subject.value.digest && view.days === request.days) return ok(view);
      return err(
        refusal(
          'overloaded',
          `another backtest runs here (${view.done} of ${view.total} decisions); wait for it or cancel it`,
        ),
      );
    }
    const { guardBook } = this.agent.parts;
    const guards = await guardBook.moduleOf(subject.value.guards);
    if (!guards.ok) return err(troubleWithGuards(guards.error));
    if (this.starting) return err(refusal('overloaded', 'another backtest is just being started here; try again'));
    this.starting = true;
    try {
      return ok(await this.begin(subject.value, guards.value, request));
    } finally {
      this.starting = false;
    }
  }

  /** How the run of a set of policies is, or what came of the last one. */
  async find(digest: string): Promise<BacktestView | undefined> {
    const own = this.job?.view.digest === digest ? this.job.view : undefined;
    if (own?.state === 'running') return own;
    const [run, kept] = await Promise.all([sharedRun(this.agent, digest), keptBacktest(this.agent, digest)]);
    if (run && this.isUnderWay(run)) return run.view;
    // A result is kept whole; of a run that failed only what was shared of it.
    const over = [own, run?.view.state === 'done' ? undefined : run?.view, kept].filter(
      (view): view is BacktestView => view?.finished_at !== undefined,
    );
    return over.reduce<BacktestView | undefined>(
      (last, view) => ((view.finished_at ?? '') > (last?.finished_at ?? '') ? view : last),
      undefined,
    );
  }

  async list(): Promise<readonly BacktestView[]> {
    const kept = await keptBacktests(this.agent);
    const { view } = this.job ?? {};
    return view?.state === 'running' ? [view, ...kept.filter(({ digest }) => digest !== view.digest)] : kept;
  }

  /**
   * Ends a run here, or asks the agent that it runs on to end it.
   *
   * @param caller may end what somebody else started only with `mayEndOthers`
   */
  async cancel(
    digest: string,
    caller: { readonly name: string; readonly mayEndOthers: boolean },
  ): Promise<Result<BacktestView, Refusal>> {
    const view = await this.find(digest);
    if (view?.state !== 'running') return err(refusal('not_waiting', 'no backtest of these policies runs'));
    if (view.by !== caller.name && !caller.mayEndOthers)
      return err(refusal('forbidden', `\`${view.by}\` started it; it takes the right to author or to approve`));
    const { job } = this;
    if (job?.view.digest === digest && job.view.state === 'running') return ok(this.end(job, caller.name));
    await askToEnd(this.agent, { view, told_at: '' }, caller.name);
    return ok({ ...view, why: `${caller.name} asked the agent that runs it to end it` });
  }

  /** Ends what runs; called when this agent stops. */
  stop(): void {
    this.job?.control.abort();
  }

  private isUnderWay({ view, told_at }: BacktestRun): boolean {
    return view.state === 'running' && this.agent.parts.clock.utc() - Date.parse(told_at) < SILENT_MS;
  }

  /** Counts a run that is over, once. */
  private count(job: Job, outcome: 'done' | 'failed' | 'cancelled'): void {
    if (job.isCounted === true) return;
    job.isCounted = true;
    const took_ms = this.counted.took_ms + this.agent.parts.clock.monotonic() - job.startedAt;
    this.counted = { ...this.counted, took_ms, [outcome]: this.counted[outcome] + 1 };
  }

  private end(job: Job, by: string): BacktestView {
    job.control.abort();
    this.count(job, 'cancelled');
    job.view = { ...job.view, state: 'cancelled', why: `cancelled by ${by}`, finished_at: this.now() };
    const filed = Promise.all([this.file(job.view, by), shareRun(this.agent, job.view)]);
    inBackground(this.agent.parts, 'filing a cancelled backtest', filed);
    return job.view;
  }

  /** Tells other agents how a run is, until it is over. */
  private async share(job: Job): Promise<void> {
    while (job.view.state === 'running') {
      const by = await shareRun(this.agent, job.view);
      if (by !== undefined && job.view.state === 'running') this.end(job, by);
      await this.agent.parts.clock.sleep(SHARE_MS, job.control.signal);
    }
  }

  private now(): string {
    return iso(this.agent.parts.clock.utc());
  }

  private async begin(
    subject: Subject,
    guards: Guards | undefined,
    { of, days, by }: BacktestRequest,
  ): Promise<BacktestView> {
    const { clock, evidence } = this.agent.parts;
    const to = this.now();
    const from = iso(Date.parse(to) - days * DAY_MS);
    const { total } = await evidence.find({ family: 'decisions', where: { effectless: false }, from, to, limit: 1 });
    const view: BacktestView = {
      digest: subject.digest,
      of,
      state: 'running',
      by,
      days,
      from,
      to,
      started_at: to,
      done: 0,
      total,
      rate: 0,
      policies: subject.policies.length,
      base_version: versionInForce(this.agent),
      ...present({ candidate_id: subject.candidateId }),
    };
    const job: Job = { view, startedAt: clock.monotonic(), control: new AbortController() };
    this.job = job;
    inBackground(this.agent.parts, 'a backtest', this.run(job, subject, guards));
    inBackground(this.agent.parts, 'telling of a backtest', this.share(job));
    return view;
  }

  private async run(job: Job, subject: Subject, guards: Guards | undefined): Promise<void> {
    const { parts } = this.agent;
    const tell = (done: number): void => {
      const seconds = Math.max(0.001, (parts.clock.monotonic() - job.startedAt) / 1_000);
      if (job.view.state === 'running') job.view = { ...job.view, done, rate: Math.round(done / seconds) };
    };
    try {
      const report = await runBacktest(
        {
          evidence: parts.evidence,
          clock: parts.clock,
          model: parts.model(),
          ...(await parts.guardBook.trial(guards)),
          scopes: parts.inventory,
          populationOf: (population, scope) => parts.inventory.populationOf(population, scope)?.count,
        },
        {
          candidate: compileDraft(subject.policies, guards),
          changes: changesOf(subject.policies, policiesInForce(this.agent)),
          from: job.view.from,
          to: job.view.to,
          signal: job.control.signal,
          tell,
        },
      );
      if (report) await this.finish(job, report);
    } catch (cause) {
      if (job.view.state !== 'running') return;
      this.count(job, 'failed');
      job.view = { ...job.view, state: 'failed', why: whyOf(cause), finished_at: this.now() };
      job.control.abort();
      await Promise.all([this.file(job.view, job.view.by), shareRun(this.agent, job.view)]);
    }
  }

  private async finish(job: Job, report: BacktestReportView): Promise<void> {
    const done: BacktestView = {
      ...job.view,
      state: 'done',
      total: Math.max(job.view.total, job.view.done),
      finished_at: this.now(),
      report,
    };
    await keepBacktest(this.agent, done);
    await this.file(done, done.by);
    this.count(job, 'done');
    job.view = done;
    job.control.abort();
    await shareRun(this.agent, done);
    this.agent.parts.changed('draft', `backtest:${done.digest}`);
  }

  private file({ digest, state, days, done, report, why }: BacktestView, by: string): Promise<void> {
    const figures = report
      ? `, ${report.changed} decided otherwise, ${report.newly_permitted} newly permitted, ${report.no_longer_permitted} no longer`
      : '';
    return audit(this.agent, {
      verb: 'backtest',
      by,
      object: { type: 'backtest', id: digest },
      digest,
      outcome: state,
      text: why ?? `${done} decisions of ${days} days${figures}`,
    });
  }
}
