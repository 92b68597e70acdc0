import type { FakeStore } from '../fakes/fake_store';
import type { Faults } from './faults';
import type { SimAgent } from './machine';
import type { People } from './people';
import type { Stage } from './stage';

const ORDER = { who: 'ana', why: 'a snapshot was restored' };
/** A person finds running agents that have stopped, at some moment up to then. */
const NOTICED_WITHIN_MS = 66_000;

/** The state index is put back to what a snapshot kept, and a person orders the agents to adopt it. */
export class Restore {
  constructor(
    private readonly stage: Stage,
    private readonly faults: Faults,
    private readonly people: People,
  ) {}

  plan(): void {
    const { plan, climate, at, world } = this.stage;
    const isLive = climate.has('restored_alive');
    if (!isLive && !climate.has('restored')) return;
    const moment = plan.between(8_000, 25_000);
    const later = plan.between(4_000, 25_000);
    const noticed = isLive ? plan.between(3_000, NOTICED_WITHIN_MS) : 3_000;
    at(moment, () => {
      const snapshot = world.store.snapshot();
      const taken = world.now;
      this.stage.tell('a snapshot is taken');
      at(taken + later, () => this.restore(snapshot, { isLive, noticed }));
    });
  }

  private restore(
    snapshot: ReturnType<FakeStore['snapshot']>,
    { isLive, noticed }: { readonly isLive: boolean; readonly noticed: number },
  ): void {
    const { world, checkers, tell, at } = this.stage;
    if (!isLive) this.stopAll();
    tell('the state is restored from the snapshot');
    world.tally.note(isLive ? 'restored_alive' : 'restored', world.restoreState(snapshot));
    checkers.noteRestored();
    at(world.now + noticed, () => void this.adoptAll());
  }

  private stopAll(): void {
    const { world } = this.stage;
    for (const machine of world.agents) {
      if (machine.box.alive) this.faults.crash(machine, Infinity);
      machine.inHands = true;
    }
  }

  private async adoptAll(): Promise<void> {
    const { world, tell, checkers } = this.stage;
    this.stopAll();
    for (const machine of world.agents) await this.adopt(machine);
    for (const machine of world.agents) {
      machine.inHands = false;
      world.boot(machine);
    }
    tell('the state was adopted by all');
    checkers.noteAdopted();
    const { at, times } = this.stage;
    // Where the store stays away for long nobody can let acts start again before that is over.
    for (const moment of [world.now + 5_000, times.faultsUntil + 500, times.faultsUntil + 20_000])
      at(Math.max(moment, world.now), () => this.people.release(0));
  }

  /** Somebody at the machine orders it until it is done. */
  private async adopt(machine: SimAgent): Promise<void> {
    const { world } = this.stage;
    for (;;) {
      try {
        await world.adopt(machine, ORDER);
        return;
      } catch {
        await new Promise<void>((resolve) => world.scheduler.after(1_000, resolve));
      }
    }
  }
}
