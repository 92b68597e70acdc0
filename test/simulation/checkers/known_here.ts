import type { SimAgent } from '../machine';
import type { World } from '../world';
import type { Reach } from './reach';
import type { Violations } from './violations';

/*
 * Never silent: a machine that reaches no store, or whose state is another one, names every containment that it
 * executed and that is still at the target. Nobody else can be asked about it.
 */

/** An agent says that OpenSearch is away after 5 s; one that starts then has 5 s as well. */
const WITHIN_MS = 8_000;
const TICK_MS = 1_000;

export class KnownHereChecker {
  /** For how long each machine could have named a containment and did not. */
  private readonly silent = new Map<string, number>();

  constructor(
    private readonly world: World,
    private readonly reach: Reach,
    private readonly violations: Violations,
  ) {
    this.tick();
  }

  private tick(): void {
    const { world } = this;
    for (const machine of world.agents) this.look(machine);
    world.scheduler.after(TICK_MS, () => this.tick());
  }

  private look(machine: SimAgent): void {
    const named = this.isAlone(machine) ? machine.agent?.knownHere.effects : undefined;
    const commands = new Set([...(named?.values() ?? [])].flat().map(({ command_id }) => command_id));
    for (const [key, command] of this.world.target.entries) {
      const isOurs = this.world.sendings.some(
        ({ agent, command: { command_id } }) => agent === machine.name && command_id === command,
      );
      const who = `${machine.name} ${command}`;
      const isSilent = isOurs && named !== undefined && !commands.has(command);
      const silentMs = isSilent ? (this.silent.get(who) ?? 0) + TICK_MS : 0;
      this.silent.set(who, silentMs);
      if (silentMs <= WITHIN_MS) continue;
      this.violations.add('never silent', `${machine.name} alone knows of ${key} and does not name it`, 'here_unsaid');
    }
  }

  /** Its process works, and has not reached its store for long, or the store holds another state. */
  private isAlone({ box, agent, schema }: SimAgent): boolean {
    if (agent === undefined || !box.alive || box.frozen || schema !== undefined) return false;
    return this.reach.awayFor(box) > WITHIN_MS || agent.cannotJoin?.code === 'state_replaced';
  }
}
