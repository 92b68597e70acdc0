import { whyOf } from '../../../common/why';
import type { LoadingStep } from '../../../common/api/views';

/** What is still loading at start: steps in the order in which they were first told. */
export class Steps {
  private readonly byId = new Map<string, LoadingStep>();
  private readonly told: (step: LoadingStep) => void;

  /** @param told hears of every change */
  constructor(told: (step: LoadingStep) => void = () => undefined) {
    this.told = told;
  }

  readonly report = (step: LoadingStep): void => {
    this.byId.set(step.id, step);
    this.told(step);
  };

  all(): readonly LoadingStep[] {
    return [...this.byId.values()];
  }

  /** Runs what belongs to a step; `report` says how far it is. A throw leaves the step failed. */
  async during<Value>(
    step: Pick<LoadingStep, 'id' | 'title'>,
    work: (progress: (change: Partial<LoadingStep>) => void) => Promise<Value>,
  ): Promise<Value> {
    const progress = (change: Partial<LoadingStep>): void => this.report({ ...step, state: 'running', ...change });
    progress({});
    try {
      const value = await work(progress);
      this.report({ ...step, state: 'done' });
      return value;
    } catch (cause) {
      this.report({ ...step, state: 'failed', detail: whyOf(cause) });
      throw cause;
    }
  }
}
