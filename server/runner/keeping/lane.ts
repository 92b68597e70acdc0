import type { Committed, Plan } from './plan';

/** A plan that waits to be written. */
export class Waiting {
  private over = false;

  constructor(
    readonly plan: Plan<unknown>,
    private readonly resolve: (committed: Committed<unknown>) => void,
    private readonly reject: (error: Error) => void,
  ) {}

  /** Somebody was told what became of it. */
  get isOver(): boolean {
    return this.over;
  }

  /** Documents that it may write, as far as they are known before it is made. */
  get touches(): readonly string[] {
    return [...this.plan.reads, ...(this.plan.presumedAbsent ?? [])];
  }

  answer(committed: Committed<unknown>): void {
    this.over = true;
    this.resolve(committed);
  }

  fail(error: Error): void {
    this.over = true;
    this.reject(error);
  }
}

const MOST_PLANS = 256;
/** So many more after each bulk that was answered. */
const MORE_AFTER_ANSWER = 16;

/**
 * Plans that wait, and the batch of them that is under way. A batch is half as large after a bulk that was not
 * answered in time, and grows again by small steps: a slow node gets less at once, never nothing.
 */
export class Lane {
  running = false;
  private urgent: Waiting[] = [];
  private usual: Waiting[] = [];
  private most = MOST_PLANS;
  private underWay: ReadonlySet<string> = new Set();

  get length(): number {
    return this.urgent.length + this.usual.length;
  }

  add(waiting: Waiting): void {
    (waiting.plan.urgent === true ? this.urgent : this.usual).push(waiting);
  }

  /** Takes out everything that waits. */
  clear(): readonly Waiting[] {
    return [...this.urgent.splice(0), ...this.usual.splice(0)];
  }

  /** Documents that the batch under way may write. */
  isWriting(id: string): boolean {
    return this.underWay.has(id);
  }

  /** Documents that plans which still wait may write. */
  get wanted(): ReadonlySet<string> {
    return new Set([...this.urgent, ...this.usual].flatMap((waiting) => waiting.touches));
  }

  /**
   * Takes out the next batch. What touches a document that is taken waits, and so does what touches a document of
   * somebody who waits for that reason: per document the order is kept.
   */
  next(isTaken: (id: string) => boolean): readonly Waiting[] {
    const passed = new Set<string>();
    const batch: Waiting[] = [];
    const choose = (queue: readonly Waiting[]): Waiting[] =>
      queue.filter((waiting) => {
        if (batch.length >= this.most) return true;
        const { touches } = waiting;
        if (touches.some((id) => passed.has(id) || isTaken(id))) {
          for (const id of touches) passed.add(id);
          return true;
        }
        batch.push(waiting);
        return false;
      });
    this.urgent = choose(this.urgent);
    this.usual = choose(this.usual);
    this.underWay = new Set(batch.flatMap((waiting) => waiting.touches));
    return batch;
  }

  /** The batch is over. */
  end(): void {
    this.underWay = new Set();
  }

  noteAnswered(): void {
    this.most = Math.min(MOST_PLANS, this.most + MORE_AFTER_ANSWER);
  }

  noteLost(): void {
    this.most = Math.max(1, Math.floor(this.most / 2));
  }
}
