import { Counter, Gauge, type Registry } from 'prom-client';
import type { AgentWith } from '../runner/agent/views';
import { REMINDER_MARKS } from '../runner/keeping/kinds/reminders';
import { answerPace } from '../runner/operations/question_load';
import { StoreUnavailable } from '../runner/ports';

/** Counting reads records: of several scrapes within this time only the first one does, ms. */
const COUNTED_FOR_MS = 30_000;

type Measured = AgentWith<'absences' | 'clock' | 'evidence' | 'reminders'>;
type Pace = Awaited<ReturnType<typeof answerPace>>;

/** What Prometheus scrapes of how fast people answer what waits for them. */
export class AnswerMetrics {
  private readonly answers: Gauge;
  private readonly hasty: Gauge;
  private readonly median: Gauge;
  private readonly away: Gauge;
  private readonly reminders: Counter;
  private last: { readonly at: number; readonly pace: Pace } | undefined;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const gauge = (name: string, help: string): Gauge =>
      new Gauge({ name: prefix + name, help, registers: [registry] });
    this.answers = gauge('escalations_answered', 'Acts that people approved or denied within 24 h');
    this.hasty = gauge('escalations_answered_hastily', 'Of the newest 1,000 of them, those answered in under 5 s');
    this.away = gauge('approvers_away', 'Approvers who are away now, and for whom somebody stands in');
    this.reminders = new Counter({
      name: `${prefix}escalation_reminders_total`,
      help: 'Acts that wait of which this agent told people again, with half of their time left or a tenth (last)',
      labelNames: ['mark'],
      registers: [registry],
    });
    this.median = gauge('escalation_answer_seconds', 'Median time of an answer within 24 h, of the newest 1,000');
  }

  /** While nobody knows, nothing is said rather than something old. */
  async read(agent: Measured): Promise<void> {
    for (const gauge of [this.answers, this.hasty, this.median]) gauge.remove();
    const { absences, clock, reminders } = agent.parts;
    this.reminders.reset();
    for (const mark of REMINDER_MARKS) this.reminders.inc({ mark }, reminders.told.get(mark) ?? 0);
    this.away.set(new Set(absences.all.filter(({ from }) => Date.parse(from) <= clock.utc()).map(({ who }) => who)).size);
    const pace = await this.count(agent);
    if (pace === undefined) return;
    this.answers.set(pace.answers);
    this.hasty.set(pace.hasty);
    if (pace.median_ms !== undefined) this.median.set(pace.median_ms / 1_000);
  }

  private async count(agent: Measured): Promise<Pace | undefined> {
    const at = agent.parts.clock.monotonic();
    if (this.last !== undefined && at - this.last.at < COUNTED_FOR_MS) return this.last.pace;
    this.last = undefined;
    try {
      const pace = await answerPace(agent);
      this.last = { at, pace };
      return pace;
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return undefined;
      throw cause;
    }
  }
}
