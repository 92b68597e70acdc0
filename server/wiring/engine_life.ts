import type { Log } from '../runner/ports';
import { LifeOver, OneLife, type Life } from './life';
import { stateAfter, type LifeEvent, type LifeState } from './life_states';

/** What a life does; the engine's life decides when. */
export interface LifeWork<Parts> {
  /**
   * Opens, builds and starts everything, and notes in the life what it opened.
   *
   * @throws LifeOver once it notices that the life is over
   */
  readonly begin: (life: Life) => Promise<Parts>;
  /**
   * Clears what the demo left behind. Everything of the demo's life is closed by then.
   *
   * @returns how many documents there were
   * @throws LifeOver once it notices that the life is over
   */
  readonly clearDemo: (life: Life) => Promise<number>;
}

/**
 * Runs one life after another by the table in `life_states.ts`, and closes what each life opened. It knows nothing of
 * what the lives are made of.
 */
export class EngineLife<Parts> {
  private readonly log: Log;
  private readonly work: LifeWork<Parts>;
  private state: LifeState = 'idle';
  private life: OneLife;
  private parts: Parts | undefined;
  /** The beginning or the clearing at hand. */
  private underWay: Promise<unknown> = Promise.resolve();
  private over: Promise<void> = Promise.resolve();

  constructor(log: Log, work: LifeWork<Parts>) {
    this.log = log;
    this.work = work;
    this.life = new OneLife(log);
  }

  /** What the life at hand is made of, from the moment that everything works until it is to end. */
  get ready(): Parts | undefined {
    return this.state === 'ready' ? this.parts : undefined;
  }

  /**
   * Begins the first life. Resolves once it is ready, or once it gave up because it is to end.
   *
   * @throws Error if anything cannot be built; what was opened until then is closed again
   */
  async begin(): Promise<void> {
    if (!this.goes('begin')) throw new Error(`the engine cannot begin while it is ${this.state}`);
    await this.follow(this.bring());
  }

  /**
   * Ends the life of the demo, clears what the demo left and begins the next life.
   *
   * @returns how many documents were cleared; undefined if no life is ready that could end
   */
  async endDemo(): Promise<number | undefined> {
    return this.goes('end_demo') ? this.follow(this.clear()) : undefined;
  }

  /**
   * Ends for good: lets what is under way wind up, then closes what was opened. Ending twice is one ending.
   *
   * @returns once nothing works any more
   */
  end(): Promise<void> {
    if (this.goes('end')) this.over = this.windUp();
    return this.over;
  }

  private goes(event: LifeEvent): boolean {
    const next = stateAfter(this.state, event);
    if (next !== undefined) this.state = next;
    return next !== undefined;
  }

  private follow<Value>(work: Promise<Value>): Promise<Value> {
    this.underWay = work;
    return work;
  }

  private async bring(): Promise<void> {
    try {
      const parts = await this.work.begin(this.life);
      if (this.goes('became_ready')) this.parts = parts;
    } catch (cause) {
      await this.brokeOff(cause);
    }
  }

  private async clear(): Promise<number> {
    const demo = this.life;
    this.life = new OneLife(this.log);
    demo.end();
    await demo.close();
    try {
      const cleared = await this.work.clearDemo(this.life);
      if (this.goes('demo_cleared')) await this.bring();
      return cleared;
    } catch (cause) {
      await this.brokeOff(cause);
      return 0;
    }
  }

  /** Whoever ended the life closes it; a failure ends it here. */
  private async brokeOff(cause: unknown): Promise<void> {
    if (cause instanceof LifeOver) return;
    if (this.goes('failed')) await (this.over = this.close());
    throw cause;
  }

  private async windUp(): Promise<void> {
    this.life.end();
    // What is under way may still open something. It gives up once it notices; only then is everything closed.
    await this.underWay.catch(() => undefined);
    await this.close();
  }

  private async close(): Promise<void> {
    this.life.end();
    await this.life.close();
    this.goes('closed');
  }
}
