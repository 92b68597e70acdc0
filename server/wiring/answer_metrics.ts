import { Counter, Gauge, type Registry } from 'prom-client';
import type { AgentWith } from '../runner/agent/views';
import { REMINDER_MARKS } from '../runner/keeping/kinds/reminded';
import { answerPace, budgetUse } from '../runner/operations/question_load';
import { opinionAgreement } from '../runner/operations/second_opinions';
import { StoreUnavailable } from '../runner/ports';

/** Counting reads records: of several scrapes within this time only the first one does, ms. */
const COUNTED_FOR_MS = 30_000;

type Measured = AgentWith<'absences' | 'asked' | 'bundles' | 'clock' | 'evidence' | 'people' | 'reminders' | 'store'>;
interface Counted {
  readonly pace: Awaited<ReturnType<typeof answerPace>>;
  readonly agreement: Awaited<ReturnType<typeof opinionAgreement>>;
}

/** What Prometheus scrapes of how fast people answer what waits for them. */
export class AnswerMetrics {
  private readonly answers: Gauge;
  private readonly hasty: Gauge;
  private readonly median: Gauge;
  private readonly opinions: Gauge;
  private readonly opinionsAsked: Gauge;
  private readonly agreement: Gauge;
  private readonly away: Gauge;
  private readonly approvers: Gauge;
  private readonly budgetAsked: Gauge;
  private readonly budgetMost: Gauge;
  private readonly reminders: Counter;
  private last: { readonly at: number; readonly counted: Counted } | undefined;

  /** @param prefix begins the name of every metric */
  constructor(registry: Registry, prefix: string) {
    const gauge = (name: string, help: string, labelNames: readonly string[] = []): Gauge =>
      new Gauge({ name: prefix + name, help, labelNames: [...labelNames], registers: [registry] });
    this.answers = gauge('escalations_answered', 'Acts that people approved or denied within 24 h');
    this.hasty = gauge('escalations_answered_hastily', 'Of the newest 1,000 of them, those answered in under 5 s');
    this.opinions = gauge('second_opinions', 'Second opinions of 90 days, by whether they are what was answered', [
      'agrees',
    ]);
    this.opinionsAsked = gauge('second_opinions_asked', 'Answers on which somebody is asked for a second opinion');
    this.agreement = gauge(
      'second_opinion_agreement',
      'Share of second opinions that are what was answered, with the ends of its interval of 95 % (low, high)',
      ['bound'],
    );
    this.away = gauge('approvers_away', 'Approvers who are away now, and for whom somebody stands in');
    this.approvers = gauge('approvers_here', 'Different people who may approve and called Reflex within 12 h');
    this.budgetAsked = gauge('escalation_budget_asked', 'Acts of a budget about which this agent asked people', [
      'policy',
    ]);
    this.budgetMost = gauge('escalation_budget_most', 'Acts about which a budget lets each agent ask people', [
      'policy',
    ]);
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
    const { absences, clock, people, reminders } = agent.parts;
    this.approvers.set(people.approvers());
    for (const gauge of [this.budgetAsked, this.budgetMost]) gauge.reset();
    for (const { policy, asked, most } of budgetUse(agent)) {
      this.budgetAsked.set({ policy }, asked);
      this.budgetMost.set({ policy }, most);
    }
    this.reminders.reset();
    for (const mark of REMINDER_MARKS) this.reminders.inc({ mark }, reminders.told.get(mark) ?? 0);
    this.away.set(
      new Set(absences.all.filter(({ from }) => Date.parse(from) <= clock.utc()).map(({ who }) => who)).size,
    );
    for (const gauge of [this.opinions, this.opinionsAsked, this.agreement]) gauge.reset();
    this.opinionsAsked.remove();
    const counted = await this.count(agent);
    if (counted === undefined) return;
    this.readOpinions(counted.agreement);
    const { pace } = counted;
    this.answers.set(pace.answers);
    this.hasty.set(pace.hasty);
    if (pace.median_ms !== undefined) this.median.set(pace.median_ms / 1_000);
  }

  private readOpinions({ agree, of, asked, share, low, high }: Counted['agreement']): void {
    this.opinionsAsked.set(asked);
    this.opinions.set({ agrees: 'true' }, agree);
    this.opinions.set({ agrees: 'false' }, of - agree);
    for (const [bound, value] of Object.entries({ share, low, high }))
      if (value !== undefined) this.agreement.set({ bound }, value);
  }

  private async count(agent: Measured): Promise<Counted | undefined> {
    const at = agent.parts.clock.monotonic();
    if (this.last !== undefined && at - this.last.at < COUNTED_FOR_MS) return this.last.counted;
    this.last = undefined;
    try {
      const [pace, agreement] = await Promise.all([answerPace(agent), opinionAgreement(agent)]);
      this.last = { at, counted: { pace, agreement } };
      return { pace, agreement };
    } catch (cause) {
      if (cause instanceof StoreUnavailable) return undefined;
      throw cause;
    }
  }
}
