import type { Decision } from '../../../common/flow/decision';
import type { CaseContent } from '../../../server/runner/keeping/kinds/case';
import { contentOf } from '../../../server/runner/keeping/state_docs';
import type { World } from '../world';
import type { Violations } from './violations';

/** INV-3: what was acknowledged was decided or waits for a person, and its decision is in the evidence. */
export class IntakeChecker {
  private restoredAt: number | undefined;

  constructor(
    private readonly world: World,
    private readonly violations: Violations,
  ) {}

  /** What was acknowledged before is known to the evidence only, and not all of it was there yet. */
  noteRestored(): void {
    this.restoredAt = this.world.now;
  }

  /** @param acknowledged events, by case id, with the true time at which their senders were told */
  atTheEnd(acknowledged: ReadonlyMap<string, number>): void {
    for (const [id, at] of acknowledged) this.checkEvent(id, at);
    this.checkOpen();
    this.checkEquation();
  }

  private checkEvent(id: string, at: number): void {
    const content = contentOf('case', this.world.store.get(id));
    const isFromBefore = this.restoredAt !== undefined && at <= this.restoredAt;
    if (content) {
      if (content.state === 'decided' || content.state === 'waiting')
        this.checkRecord(id, content.decision ?? content.closed, isFromBefore);
    } else if (!isFromBefore) this.violations.add('INV-3', `event ${id} was acknowledged and there is no case of it`);
  }

  private checkRecord(id: string, decision: Pick<Decision, 'decision_id'> | undefined, mayBeLost: boolean): void {
    const recorded = decision && this.world.evidence.records.get('decisions')?.has(decision.decision_id);
    if (recorded !== true && !mayBeLost) this.violations.add('INV-3', `the decision of ${id} is not in the evidence`);
  }

  /** Whether somebody was told or not: no case is left that nobody goes on with. */
  private checkOpen(): void {
    const words = ({ acts }: CaseContent): string =>
      acts.map(({ status, text }) => `${status}: ${text ?? ''}`).join('; ');
    for (const [id, { body }] of this.world.store.documents) {
      const content = body.kind === 'case' ? contentOf('case', body) : undefined;
      if (content && content.state !== 'decided' && content.state !== 'waiting')
        this.violations.add('INV-3', `event ${id} is still ${content.state} (${words(content)})`);
    }
  }

  /** `received = duplicates + updates + quarantined + accepted` in each process, and nothing of it below 0. */
  private checkEquation(): void {
    for (const { name, agent, disk } of this.world.agents) {
      if (!agent) continue;
      const { counters, unaccounted } = agent.door;
      if (unaccounted !== 0)
        this.violations.add(
          'INV-3',
          `${name} cannot account for ${unaccounted} events: ${JSON.stringify(counters)}`,
          'intake_equation',
        );
      for (const [what, count] of Object.entries(counters))
        if (count < 0) this.violations.add('INV-3', `${name} counts ${count} ${what}`, 'intake_equation');
      if (disk.spooled.length > 0)
        this.violations.add('INV-3', `${name} still keeps ${disk.spooled.length} events in its spool`);
    }
  }
}
