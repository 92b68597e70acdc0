import { areAlertsFollowed } from '../../runner/sources/alerts/alert_cursor';
import { replaceInventory } from '../../runner/operations/inventory_files';
import { StoreUnavailable, type InventoryStore, type LocalMemory } from '../../runner/ports';
import { demoInventory } from './cast';
import { forgetOldScenes, makeDemoIndices } from './demo_indices';
import type { Scene } from './monitor';
import { playScene, type Stage } from './player';
import { FALSE_POSITIVE_POLICY } from './scenarios/false_positive';
import { pauseAfter, ROUND, sceneAt } from './story';

/** What telling the story needs. */
export interface StoryParts extends Stage {
  readonly inventoryStore: InventoryStore;
  readonly memory: LocalMemory;
  /** True if somebody has a page open. */
  readonly watched: () => boolean;
}

export interface Pace {
  /** How long to wait after a scene, ms. */
  readonly pauseAfter: (number: number, watched: boolean) => number;
  /** Of the times within a scene; 1 is as written. */
  readonly withinScene: number;
}

export const USUAL_PACE: Pace = { pauseAfter, withinScene: 1 };

/** In the agent's memory: the scene that comes next. After a restart the story goes on there. */
const NEXT_SCENE = 'demo_next_scene';
const TICK_MS = 250;
const TRY_AGAIN_MS = 2_000;
/** Nobody may be there to take in what was told: after so long the story goes on. */
const MOST_PATIENCE_MS = 30_000;

/** Plays the demo's story for as long as it is let. */
export class Storyteller {
  private readonly parts: StoryParts;
  private readonly pace: Pace;
  private stopped = false;
  /** How many events had been taken in when the last report was told. */
  private acceptedBefore = -1;

  constructor(parts: StoryParts, pace: Pace) {
    this.parts = parts;
    this.pace = pace;
  }

  /** Resolves once `stop` was called and the scene at hand is over. */
  async tell(): Promise<void> {
    await this.untilDone(() => this.setUp());
    await this.untilDone(() => this.untilFollowed());
    while (!this.stopped) {
      const number = this.next;
      const scene = sceneAt(number);
      await this.untilDone(() => this.play(number, scene));
      if (this.stopped) return;
      await this.parts.memory.write(NEXT_SCENE, String(number + 1));
      if (number % ROUND.length === 0)
        await this.untilDone(() => forgetOldScenes(this.parts.transport, this.parts.agent.parts.clock.utc()));
      await this.pauseAfter(number);
    }
  }

  stop(): void {
    this.stopped = true;
  }

  private get next(): number {
    return Number(this.parts.memory.read(NEXT_SCENE) ?? '0');
  }

  private async setUp(): Promise<void> {
    const { agent, inventoryStore, transport } = this.parts;
    const logs = Array.from({ length: ROUND.length }, (_, number) => sceneAt(number)).flatMap(({ sightings }) =>
      sightings.map(({ monitor }) => monitor.index),
    );
    const loadCompany = async (): Promise<void> => {
      const { items } = await inventoryStore.load();
      if (!items.some(({ origin }) => origin === 'demo'))
        await replaceInventory(agent, inventoryStore, { origin: 'demo', items: demoInventory(), by: 'demo' });
    };
    await Promise.all([makeDemoIndices(transport, [...new Set(logs)]), loadCompany()]);
  }

  /** What was there before the alert indices are followed is left alone, and some of the story is told by them only. */
  private async untilFollowed(): Promise<void> {
    const { clock, store } = this.parts.agent.parts;
    while (!this.stopped && !(await areAlertsFollowed(store))) await clock.sleep(TICK_MS);
  }

  private async play(number: number, scene: Scene): Promise<void> {
    const { agent } = this.parts;
    if (scene.scenario === 'false_positive' && (await this.isFalsePositiveLive())) return;
    agent.parts.log.info('the demo plays a scene', { number, scenario: scene.scenario, title: scene.title });
    const began = agent.parts.clock.monotonic();
    await playScene(this.parts, { number, scene }, async (afterMs) => {
      await this.sleepUntil(() => began + afterMs * this.pace.withinScene);
      await this.untilHeard();
      this.acceptedBefore = this.accepted;
      return !this.stopped;
    });
  }

  private get accepted(): number {
    return this.parts.agent.door.counters.accepted;
  }

  /**
   * Waits until the last report is a case. What one report comes to depends on those before it, and the alerts of two
   * may be found in either order on a busy machine.
   */
  private async untilHeard(): Promise<void> {
    const { clock } = this.parts.agent.parts;
    const end = clock.monotonic() + MOST_PATIENCE_MS;
    while (!this.stopped && this.accepted <= this.acceptedBefore && clock.monotonic() < end) await clock.sleep(TICK_MS);
  }

  /** One false positive at a time is enough: it stays until a person lifts it, or for hours. */
  private async isFalsePositiveLive(): Promise<boolean> {
    const effects = await this.parts.agent.parts.store.search({ kinds: ['effect'], notStates: ['absent'] });
    return effects.some(({ facets }) => facets.policy === FALSE_POSITIVE_POLICY);
  }

  /** Somebody who opens the page meanwhile need not wait for long. */
  private async pauseAfter(number: number): Promise<void> {
    const began = this.parts.agent.parts.clock.monotonic();
    await this.sleepUntil(() => began + this.pace.pauseAfter(number, this.parts.watched()));
  }

  /** Returns early if the story is stopped meanwhile. */
  private async sleepUntil(end: () => number): Promise<void> {
    const { clock } = this.parts.agent.parts;
    for (let left = end() - clock.monotonic(); left > 0 && !this.stopped; left = end() - clock.monotonic())
      await clock.sleep(Math.min(left, TICK_MS));
  }

  /** OpenSearch may be away: the story waits. */
  private async untilDone(work: () => Promise<void>): Promise<void> {
    const { clock } = this.parts.agent.parts;
    while (!this.stopped) {
      try {
        return await work();
      } catch (cause) {
        if (!(cause instanceof StoreUnavailable)) throw cause;
        await clock.sleep(TRY_AGAIN_MS);
      }
    }
  }
}
