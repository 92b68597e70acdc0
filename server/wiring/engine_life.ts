import { traceOf } from '../../common/why';
import type { Log } from '../runner/ports';
import { inBackground } from '../runner/keeping/in_background';
import { LifeOver, OneLife, type Life } from './life';
import { stateAfter, type LifeEvent, type LifeState } from './life_states';

/** Turns that a life can take by itself. */
export interface LifeTurns<Parts> {
  /** What needs no OpenSearch works from now on. */
  readonly stands: (parts: Parts) => void;
  /** Something happened that takes a new life: this one is closed, and the next one begins. */
  readonly renew: () => void;
}

/** What a life does; the engine's life decides when. */
interface LifeWork<Parts> {
  /**
   * Opens, builds and starts everything, and notes in the life what it opened. Resolves once everything works.
   *
   * @throws LifeOver once it notices that the life is over
   */
  readonly begin: (life: Life, turns: LifeTurns<Parts>) => Promise<void>;
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
  readonly log: Log;
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

  /** What works already while OpenSearch is away, and what is ready. */
  get standing(): Parts | undefined {
    return this.state === 'standing' || this.state === 'ready' ? this.parts : undefined;
  }

  /**
   * Begins the first life. Resolves once a life is ready, or once it gave up because it is to end.
   *
   * @throws Error if anything cannot be built; what was opened until then is closed again
   */
  async begin(): Promise<void> {
    if (!this.goes('begin')) throw new Error(`the engine cannot begin while it is ${this.state}`);
    await this.follow(this.bring());
    // Renewing breaks one beginning off and makes the next.
    for (let seen; seen !== this.underWay;) await (seen = this.underWay);
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
   * Closes the life at hand and begins the next one, which carries out what a person ordered meanwhile.
   *
   * @returns once the next life is ready; undefined at once if there is no life that could be renewed
   */
  async renew(): Promise<void> {
    if (!this.goes('renew')) return undefined;
    return this.follow(this.replace(this.underWay));
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

  private readonly turns: LifeTurns<Parts> = {
    stands: (parts) => {
      if (this.goes('stands')) this.parts = parts;
    },
    renew: () => inBackground(this, 'beginning anew', this.renew()),
  };

  private async bring(): Promise<void> {
    try {
      await this.work.begin(this.life, this.turns);
      this.goes('became_ready');
    } catch (cause) {
      await this.brokeOff(cause);
    }
  }

  /** Ends the life at hand; the next one is only made. */
  private async closeLife(underWay?: Promise<unknown>): Promise<void> {
    const over = this.life;
    this.life = new OneLife(this.log);
    over.end();
    // Whoever still begins it may open something until it notices.
    await underWay?.catch(() => undefined);
    await over.close();
  }

  private async replace(underWay: Promise<unknown>): Promise<void> {
    await this.closeLife(underWay);
    if (this.goes('renewed')) await this.bring();
  }

  private async clear(): Promise<number> {
    await this.closeLife();
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
    if (this.state === 'renewing') return this.log.error('a life failed while it was ended', { why: traceOf(cause) });
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
