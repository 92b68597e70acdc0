import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { escalationDigest } from '../../server/runner/executing/handed_over';
import { approve, deny } from '../../server/runner/operations/escalations';
import type { StateBody } from '../../server/runner/ports';
import { releaseSwitch, throwSwitch } from '../../server/runner/session/kill_switch';
import { Dice } from '../fakes/scheduler';
import type { SimAgent } from './machine';
import { SETTLE_MS } from './sim_connector';
import { targetKey } from './sim_target';
import type { Stage } from './stage';

const MOST_TRIES = 50;

/** What people do: they approve, deny, lift, throw the switch and let go again. */
export class People {
  private releases = 0;

  constructor(private readonly stage: Stage) {}

  plan(): void {
    const { plan, climate, at, world, times } = this.stage;
    for (let index = 0; index < 12; index += 1) at(plan.between(6_000, 70_000), () => this.decideSomething());
    if (plan.chance(0.4)) at(plan.between(5_000, 30_000), () => this.throwSwitch());
    if (plan.chance(0.3)) at(plan.between(10_000, 40_000), () => this.liftSomething());
    this.planPolicyStops();
    if (climate.has('vanish'))
      for (let index = plan.whole(2, 6); index > 0; index -= 1)
        at(plan.between(7_000, times.faultsUntil + 20_000), () => this.removeByHand());
    if (climate.has('forgetful'))
      for (let index = plan.whole(1, 2); index > 0; index -= 1)
        at(plan.between(12_000, times.faultsUntil), () => this.forget());
    // Some of them go on removing what Reflex applies again.
    if (climate.has('reapply'))
      for (let index = plan.whole(6, 14); index > 0; index -= 1)
        at(plan.between(12_000, times.faultsUntil + 40_000), () => this.removeByHand());
    if (climate.has('short_waits')) world.store.watch((id, body) => this.hasten(id, body));
  }

  private upMachines(): readonly SimAgent[] {
    return this.stage.world.agents.filter(({ box, agent }) => box.alive && !box.frozen && agent?.shift !== undefined);
  }

  private someMachine(): SimAgent | undefined {
    const up = this.upMachines();
    return up.length === 0 ? undefined : this.stage.world.dice.pick(up);
  }

  private decideSomething(): void {
    const { world } = this.stage;
    const machine = this.someMachine();
    const waiting = [...world.store.documents].filter(
      ([, { body }]) => body.kind === 'case' && body.facets.state === 'waiting',
    );
    if (machine && waiting.length > 0) this.decide(machine, world.dice.pick(waiting)[0]);
  }

  private decide({ agent }: SimAgent, id: string): void {
    const { world, tell } = this.stage;
    const shift = agent?.shift;
    const content = contentOf('case', world.store.get(id));
    const act = content?.acts.find((each) => each.status === 'waiting');
    const seen = act && content && escalationDigest(content, act.act_id);
    if (!shift || !act || seen === undefined) return;
    const word = { caseId: id, actId: act.act_id, by: 'analyst', reason: 'sim', fourEyes: true, seen };
    const verb = world.dice.chance(0.7) ? approve : deny;
    tell(`person: ${verb.name} ${id.slice(5, 13)}`);
    void verb(shift, word).catch(() => undefined);
  }

  /** Hours of waiting are cut down to seconds, and somebody decides just when they are over. */
  private hasten(id: string, body: StateBody): void {
    const { world, at } = this.stage;
    if (body.kind !== 'case' || body.facets.state !== 'waiting' || body.write_id === 'hastened') return;
    at(world.now + 300, () => {
      const doc = world.store.get(id);
      const content = contentOf('case', doc);
      if (!doc || content?.state !== 'waiting') return;
      const due = world.now + world.dice.between(1_000, 8_000);
      if (content.due !== undefined && Date.parse(content.due) - world.epoch < due) return;
      const { id: _id, version, ...stored } = doc;
      const words = iso(world.epoch + due);
      const next = { ...stored, write_id: 'hastened', facets: { ...stored.facets, due: words } };
      world.store.write({ id, expect: version, body: { ...next, content: { ...content, due: words } } });
      world.store.flush();
      at(due + world.dice.between(-600, 600), () => {
        const machine = this.someMachine();
        if (machine) this.decide(machine, id);
      });
    });
  }

  private liftSomething(): void {
    const { world, checkers, tell } = this.stage;
    const shift = this.someMachine()?.agent?.shift;
    const live = [...world.store.documents].filter(
      ([, { body }]) => body.kind === 'effect' && body.facets.state === 'present',
    );
    if (!shift || live.length === 0) return;
    const [id, { body }] = world.dice.pick(live);
    const effect = body.content as { action: string; target: { type: 'ip'; value: string } };
    checkers.effects.noteLifted(targetKey(effect.action, effect.target));
    tell(`person: lift ${id.slice(0, 15)}`);
    const wanted = checkers.reapplied.casesOf(id);
    void shift.effects
      .lift(id, { by: 'analyst', text: 'sim', force: false })
      .then((lifted) => lifted && checkers.reapplied.noteLifted(wanted))
      .catch(() => undefined);
  }

  /** Somebody who does not know of Reflex puts a target right, once no order is on its way that would undo that. */
  private removeByHand(): void {
    const { world, checkers, climate, at, tell } = this.stage;
    const young = world.sendings.filter(({ at }) => world.now - at < SETTLE_MS);
    const isYoung = (key: string): boolean =>
      young.some(({ command: { action, target } }) => targetKey(action, target) === key);
    const there = [...world.target.entries.keys()].filter((key) => !isYoung(key));
    if (there.length === 0) return;
    const key = world.dice.pick(there);
    tell(`somebody removes ${key} by hand`);
    const command = world.target.entries.get(key);
    checkers.gone.remove(key);
    if (climate.has('put_back') && command !== undefined && world.dice.chance(0.6))
      at(world.now + world.dice.between(500, 15_000), () => this.putBack(key, command));
  }

  /** It was a mistake: it is as it was, unless something else came meanwhile, or its time is over. */
  private putBack(key: string, command: string): void {
    const { world, checkers, tell } = this.stage;
    if (world.target.entries.has(key) || !checkers.gone.isWanted(key, command)) return;
    tell(`somebody puts ${key} back`);
    world.tally.note('put_back');
    checkers.gone.putBack(key, () => world.target.restore(key, command, world.now));
  }

  /** The target restarts without what was in effect. */
  private forget(): void {
    const { world, checkers, tell } = this.stage;
    const young = world.sendings.filter(({ at }) => world.now - at < SETTLE_MS);
    const isYoung = (key: string): boolean =>
      young.some(({ command: { action, target } }) => targetKey(action, target) === key);
    tell('the target restarts');
    for (const key of [...world.target.entries.keys()].filter((each) => !isYoung(each))) {
      world.tally.note('forgetful');
      checkers.gone.remove(key);
    }
  }

  throwSwitch(): void {
    const { world, checkers, times, tell, at } = this.stage;
    const machine = this.someMachine();
    const { agent } = machine ?? {};
    const shift = agent?.shift;
    if (!machine || !agent || !shift) return;
    const ports = { ...shift.parts, session: shift.session, hostStop: agent.hostStop };
    tell(`${machine.name} throws the switch`);
    const releasesBefore = this.releases;
    void throwSwitch(ports, { scope: 'all', who: 'analyst', why: 'sim' })
      .then((report) => {
        tell(`the switch is ${report.acknowledged ? '' : 'not '}acknowledged`);
        // Somebody let everything go on while this was under way: what was ordered before that may be over.
        if (this.releases !== releasesBefore) return;
        if (!report.acknowledged) return checkers.stops.ordered(machine);
        checkers.stops.acknowledged();
        at(world.now + world.dice.between(2_000, 9_000), () => this.release(0));
      })
      .catch(() => undefined);
    // A host that crashed while it threw the switch publishes its order once more when it is back.
    for (const later of [500, 20_000]) at(times.faultsUntil + later, () => this.release(0));
  }

  /** Some policies are stopped or paused, drawn apart so that the other plans of a seed stay what they are. */
  private planPolicyStops(): void {
    const { at, world } = this.stage;
    const dice = new Dice(world.options.seed ^ 0x57095);
    if (dice.chance(0.35)) at(dice.between(4_000, 30_000), () => this.stopPolicy(dice));
  }

  private stopPolicy(dice: Dice): void {
    const { world, checkers, times, tell, at } = this.stage;
    const machine = this.someMachine();
    const shift = machine?.agent?.shift;
    if (!machine?.agent || !shift) return;
    const { hostStop } = machine.agent;
    const scope = `policy:${dice.pick(['block-ioc', 'block-brute', 'isolate-ransomware'])}`;
    const lastsMs = dice.chance(0.5) ? dice.between(3_000, 15_000) : undefined;
    const [orderedAt, releasesBefore] = [world.now, this.releases];
    tell(`${machine.name} stops ${scope}${lastsMs === undefined ? '' : ` for ${Math.round(lastsMs)} ms`}`);
    const order = { scope, who: 'analyst', why: 'sim', ...present({ lasts_ms: lastsMs }) };
    void throwSwitch({ ...shift.parts, session: shift.session, hostStop }, order)
      .then(({ acknowledged }) => {
        const given = shift.session.gate?.stops.find((each) => each.scope === scope);
        // Somebody let everything go on while this was under way.
        if (!acknowledged || given === undefined || this.releases !== releasesBefore) return;
        checkers.stops.acknowledgedFor(given, lastsMs === undefined ? undefined : { orderedAt, lastsMs });
        if (lastsMs === undefined) at(world.now + dice.between(2_000, 9_000), () => this.release(0));
      })
      .catch(() => undefined);
    // A host that crashed meanwhile publishes its order once more when it is back.
    for (const later of [500, 20_000]) at(times.faultsUntil + later, () => this.release(0));
  }

  /** Lets acts start again. Whoever releases says so before: from then on starting is allowed. */
  release(attempt: number): void {
    const { world, checkers, at } = this.stage;
    const agent = this.someMachine()?.agent;
    const shift = agent?.shift;
    this.releases += 1;
    checkers.stops.released();
    const seen = shift?.session.stops ?? [];
    const again = (): void => {
      if (attempt < MOST_TRIES) at(world.now + 500, () => this.release(attempt + 1));
    };
    if (!agent || !shift) return again();
    void releaseSwitch({ session: shift.session, hostStop: agent.hostStop }, seen).catch(again);
  }
}
