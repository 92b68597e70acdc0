import { present } from '../../common/present';
import type { LoadingStep } from '../../common/api/views';

const TITLES = {
  indices: 'Prepare the indices',
  join: 'Join the other agents',
  policies: 'Release the starter policies',
} as const;

/** How far the start has come, for the host and for whoever asks for the status. */
export class StartSteps {
  private readonly told: (step: LoadingStep) => void;
  private readonly steps = new Map<string, LoadingStep>();

  /** @param told hears of each change */
  constructor(told: (step: LoadingStep) => void) {
    this.told = told;
  }

  /** In the order in which they began. */
  get all(): LoadingStep[] {
    return [...this.steps.values()];
  }

  /** @param detail why it does not go on, if it does not */
  note(id: keyof typeof TITLES, state: 'running' | 'done', detail?: string): void {
    const step = { id, title: TITLES[id], state, ...present({ detail }) };
    this.steps.set(id, step);
    this.told(step);
  }
}
