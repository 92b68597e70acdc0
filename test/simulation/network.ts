import { StoreUnavailable } from '../../server/runner/ports';
import type { Dice, Scheduler } from '../fakes/scheduler';
import type { Tally } from './tally';

/** One process of the simulated world: it can be killed, frozen and cut off. */
export class Box {
  alive = true;
  frozen = false;
  /** Cut off from the store. */
  cut = false;
  private readonly postponed: Array<() => void> = [];

  /** Runs something inside the process: never after its death, not while it is frozen. */
  deliver(run: () => void): void {
    if (!this.alive) return;
    if (this.frozen) this.postponed.push(run);
    else run();
  }

  thaw(): void {
    this.frozen = false;
    for (const run of this.postponed.splice(0)) this.deliver(run);
  }
}

/** How unkind the world is. Shares are per call. */
export interface Weather {
  /** Slow answers. */
  readonly slow: number;
  /** Requests to the store that arrive long after their sender gave up. */
  readonly late: number;
  /** Answers that are lost although the request was carried out. */
  readonly lostAnswer: number;
  /** Writes that can be read long before they are on the disk. */
  readonly stall: number;
  /** Items of a bulk that fail by themselves. */
  readonly itemFails: number;
  /** Requests to a target that never arrive. */
  readonly targetLost: number;
  /** Requests to a target that it refuses, or fails to answer. */
  readonly targetFails: number;
}

export const FAIR: Weather = { slow: 0, late: 0, lostAnswer: 0, stall: 0, itemFails: 0, targetLost: 0, targetFails: 0 };
export const FOUL: Weather = {
  slow: 0.04,
  late: 0.004,
  lostAnswer: 0.004,
  stall: 0.004,
  itemFails: 0.004,
  targetLost: 0.03,
  targetFails: 0.05,
};

/** The same weather, each share so many times as large. */
export const times = (weather: Weather, factor: number): Weather => {
  const most = (share: number): number => Math.min(0.5, share * factor);
  return {
    slow: most(weather.slow),
    late: most(weather.late),
    lostAnswer: most(weather.lostAnswer),
    stall: most(weather.stall),
    itemFails: most(weather.itemFails),
    targetLost: most(weather.targetLost),
    targetFails: most(weather.targetFails),
  };
};

/** The client's patience with the store, ms. */
const STORE_TIMEOUT_MS = 1_500;

interface NetworkOptions {
  readonly scheduler: Scheduler;
  readonly dice: Dice;
  readonly weather: () => Weather;
  /** True while nobody reaches the store. */
  readonly storeDown: () => boolean;
  /** Counts the crashes of the store: an answer from before one is never given after it. */
  readonly storeLives: () => number;
  /** Puts on the disk what was written. */
  readonly flush: () => void;
  /** Whether answers are long on their way back, not only requests on their way there. */
  readonly answersAreSlow: () => boolean;
  readonly tally: Tally;
}

/** Calls between a process and the store: delayed, lost, late, and never seen by a dead process. */
export class Network {
  private readonly options: NetworkOptions;

  constructor(options: NetworkOptions) {
    this.options = options;
  }

  /** A promise that is settled inside the process after a delay. */
  wait(box: Box, delayMs: number): Promise<void> {
    return new Promise((resolve) => this.options.scheduler.after(delayMs, () => box.deliver(resolve)));
  }

  /**
   * Calls the store.
   *
   * @param steps what happens there, one after the other; other calls may come in between
   */
  call<Answer>(box: Box, steps: ReadonlyArray<() => void>, answer: () => Answer): Promise<Answer> {
    const { scheduler, dice, storeDown } = this.options;
    return new Promise((resolve, reject) => {
      let settled = false;
      const giveUp = (): void => {
        if (settled) return;
        settled = true;
        box.deliver(() => reject(new StoreUnavailable('no answer from the store')));
      };
      if (box.cut || storeDown()) {
        scheduler.after(dice.between(1, 200), giveUp);
        return;
      }
      scheduler.after(STORE_TIMEOUT_MS, giveUp);
      this.carryOut(steps, answer, (result) => {
        if (settled || box.cut) return;
        settled = true;
        box.deliver(() => resolve(result));
      });
    });
  }

  /** The way to the store and back. */
  private carryOut<Answer>(
    steps: ReadonlyArray<() => void>,
    answer: () => Answer,
    arrived: (result: Answer) => void,
  ): void {
    const { scheduler, dice, weather, storeDown, storeLives, flush, tally } = this.options;
    const { lostAnswer } = weather();
    scheduler.after(this.travel(), () => {
      if (storeDown()) return;
      const life = storeLives();
      this.inSteps(steps, () => {
        const result = answer();
        scheduler.after(this.diskTime(steps.length > 0), () => {
          if (storeLives() !== life) return;
          if (steps.length > 0) flush();
          if (dice.chance(lostAnswer)) return tally.note('answer_lost');
          scheduler.after(this.wayBack(), () => arrived(result));
        });
      });
    });
  }

  /** How long a request is on its way. */
  private travel(): number {
    const { dice, weather, tally } = this.options;
    const { slow, late } = weather();
    if (dice.chance(late)) {
      tally.note('store_late');
      return dice.between(STORE_TIMEOUT_MS, 8_000);
    }
    return dice.chance(slow) ? dice.between(50, 900) : dice.between(0.2, 3);
  }

  private wayBack(): number {
    const { dice, answersAreSlow, tally } = this.options;
    if (!answersAreSlow() || !dice.chance(0.15)) return dice.between(0.2, 3);
    tally.note('slow_answers');
    return dice.between(100, 900);
  }

  /** A write can be read at once, but is answered only when it is on the disk. */
  private diskTime(writes: boolean): number {
    const { dice, weather, tally } = this.options;
    if (!writes) return 0;
    if (!dice.chance(weather().stall)) return dice.between(0.1, 1);
    tally.note('store_stall');
    return dice.between(500, 4_000);
  }

  private inSteps(steps: ReadonlyArray<() => void>, done: () => void): void {
    const { scheduler, dice } = this.options;
    const spread = steps.length > 1 && dice.chance(0.2);
    const next = (index: number): void => {
      const step = steps[index];
      if (step === undefined) {
        done();
        return;
      }
      step();
      if (spread) scheduler.after(dice.between(0, 2), () => next(index + 1));
      else next(index + 1);
    };
    next(0);
  }
}
