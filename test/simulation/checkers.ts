import type { Decision } from '../../common/flow/decision';
import type { Effect } from '../../server/engine/execution/effect';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { GATE_ID, type Gate } from '../../server/runner/keeping/kinds/gate';
import { sessionId } from '../../server/runner/keeping/kinds/session';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { PERMIT_MS } from '../../server/runner/session/session_times';
import { SHADOW_POLICY, ISOLATION_LIMIT, ISOLATION_WINDOW_MS } from './scenario';
import { targetKey, type Sending, type World } from './world';

/** A promise that was broken, in one sentence. */
export interface Violation {
  readonly promise: string;
  readonly text: string;
  readonly at: number;
}

/** What the senders and the analysts of a run know, for the checkers at the end. */
export interface Told {
  /** Events that were acknowledged, by case id. */
  readonly acknowledged: ReadonlySet<string>;
}

/**
 * Watches a world from outside, with true time, and says which promises it broke. Looks only at what the store, the
 * target and the senders really saw, never at what an agent believes.
 */
export class Checkers {
  readonly violations: Violation[] = [];
  private readonly durable = new Map<string, { shadow: boolean; permitted: boolean; approved: boolean }>();
  private readonly sendsByCase = new Map<string, Set<string>>();
  private stoppedSince: number | undefined;

  constructor(private readonly world: World) {
    world.store.watch((_, body) => {
      if (body.kind === 'case') this.noteCase(body.content as CaseContent);
      if (body.kind === 'effect') this.noteReasons(body.content as Effect);
    });
    world.target.whenRemoved((key) => this.onRemoved(key));
    world.whenSending((sending) => this.onSending(sending));
  }

  /** Unexpired reasons of each target, by command, with the true time at which they end at the earliest. */
  private readonly reasons = new Map<string, Map<string, number>>();
  private readonly since = new Map<string, number>();
  readonly lifted = new Set<string>();

  private noteReasons({ action, target, reasons, requested }: Effect): void {
    // A ttl counts from the claim, also where the owner of the effect confirms the reason only later.
    for (const { command } of requested)
      if (!this.since.has(command.command_id)) this.since.set(command.command_id, this.world.now);
    const held = new Map<string, number>();
    for (const { command } of reasons) {
      const first = this.since.get(command.command_id) ?? this.world.now;
      this.since.set(command.command_id, first);
      held.set(command.command_id, command.ttl_ms === null ? Infinity : first + command.ttl_ms);
    }
    this.reasons.set(targetKey(action, target), held);
  }

  /** INV-4: nothing is undone while one of its reasons still holds. */
  private onRemoved(key: string): void {
    if (this.lifted.has(key)) return;
    for (const [command, due] of this.reasons.get(key) ?? []) {
      const early = due - this.world.now;
      if (early > 1_000)
        this.fail('INV-4', `${key} was undone ${Math.round(early)} ms before the end of its reason ${command}`);
    }
  }

  /** The kill switch was acknowledged; until `released` nothing may start. */
  acknowledged(): void {
    this.stoppedSince = this.world.now;
  }

  released(): void {
    this.stoppedSince = undefined;
  }

  /** At the end, when all faults are healed and every deadline has passed. */
  atTheEnd({ acknowledged }: Told): readonly Violation[] {
    this.checkEvents(acknowledged);
    this.checkTarget();
    this.checkLedgers();
    this.checkSessions();
    return this.violations;
  }

  private fail(promise: string, text: string): void {
    this.violations.push({ promise, text, at: Math.round(this.world.now) });
  }

  private noteCase({ decision, acts }: CaseContent): void {
    for (const act of acts) {
      if (act.command_id === undefined) continue;
      const decided = decision?.acts.find((each) => each.act_id === act.act_id);
      const permitted = decided?.result === 'permit' || act.resolution?.verb === 'approved';
      this.durable.set(act.command_id, {
        shadow: decided?.shadow ?? true,
        permitted,
        approved: act.resolution?.verb === 'approved',
      });
    }
  }

  private onSending({ command, box, at, agent }: Sending): void {
    const durable = this.durable.get(command.command_id);
    if (!durable) this.fail('INV-1', `${agent} sends ${command.command_id} without a durable decision`);
    else if (!durable.permitted) this.fail('INV-1', `${agent} sends ${command.command_id}, which nobody permitted`);
    if (durable?.shadow === true || command.policy.id === SHADOW_POLICY)
      this.fail('INV-11', `${agent} sends ${command.command_id} of a policy in shadow`);
    if (this.stoppedSince !== undefined)
      this.fail(
        'INV-6',
        `${agent} sends ${command.command_id} ${Math.round(at - this.stoppedSince)} ms after the stop was acknowledged`,
      );
    const cutFor = this.cutFor(box);
    if (cutFor > PERMIT_MS + 100)
      this.fail(
        'INV-13',
        `${agent} sends ${command.command_id} though cut off from the store for ${Math.round(cutFor)} ms`,
      );
    if (this.world.options.idempotency === 'none') {
      const sends = this.sendsByCase.get(command.case_id) ?? new Set<string>();
      this.sendsByCase.set(command.case_id, sends.add(command.command_id));
      const ambiguous = [...sends].some(
        (earlier) => earlier !== command.command_id && !this.world.refused.has(earlier),
      );
      if (ambiguous && durable?.approved !== true)
        this.fail('INV-2', `case ${command.case_id} was sent twice to a target that counts each sending`);
    }
    if (command.action === 'isolate_host') this.checkLimit(agent);
  }

  private readonly cutSince = new Map<object, number>();

  /** Told by the run when a process is cut off or reaches the store again. */
  noteCut(box: object, cut: boolean): void {
    if (cut) this.cutSince.set(box, this.world.now);
    else this.cutSince.delete(box);
  }

  private cutFor(box: object): number {
    const since = this.cutSince.get(box);
    return since === undefined ? 0 : this.world.now - since;
  }

  /** Distinct hosts that are isolated, on their way, or were started within the window, in true time. */
  private checkLimit(agent: string): void {
    const { target, onWire, sendings, now } = this.world;
    const counted = new Set<string>();
    for (const key of target.entries.keys()) if (key.startsWith('isolate_host')) counted.add(key);
    for (const command of onWire)
      if (command.action === 'isolate_host') counted.add(targetKey(command.action, command.target));
    for (const sending of sendings) {
      if (sending.command.action === 'isolate_host' && now - sending.at < ISOLATION_WINDOW_MS)
        counted.add(targetKey(sending.command.action, sending.command.target));
    }
    if (counted.size > ISOLATION_LIMIT)
      this.fail(
        'INV-5',
        `${agent} starts isolation ${counted.size} where ${ISOLATION_LIMIT} are allowed: ${[...counted].join(', ')}`,
      );
  }

  private checkEvents(acknowledged: ReadonlySet<string>): void {
    for (const id of acknowledged) {
      const content = contentOf('case', this.world.store.get(id));
      if (!content) this.fail('INV-3', `event ${id} was acknowledged and there is no case of it`);
      else if (content.state !== 'decided' && content.state !== 'waiting')
        this.fail(
          'INV-3',
          `event ${id} is still ${content.state} (${content.acts.map((act) => `${act.status}: ${act.text ?? ''}`).join('; ')})`,
        );
      else this.checkRecord(id, content.decision);
    }
  }

  private checkRecord(id: string, decision: Decision | undefined): void {
    const recorded = decision && this.world.evidence.records.get('decisions')?.has(decision.decision_id);
    if (recorded !== true) this.fail('INV-3', `the decision of ${id} is not in the evidence`);
  }

  private checkTarget(): void {
    const { history, entries } = this.world.target;
    const applied = new Map<string, number>();
    for (const { kind, command } of history)
      if (kind === 'applied') applied.set(command, (applied.get(command) ?? 0) + 1);
    for (const [command, times] of applied)
      if (times > 1) this.fail('INV-2', `command ${command} changed the target ${times} times`);
    for (const [key, command] of entries) this.fail('INV-4', `${key} is still in effect by ${command}`);
  }

  private checkLedgers(): void {
    for (const [id, { body }] of this.world.store.documents) {
      if (body.kind === 'effect') {
        const effect = contentOf('effect', body);
        if (effect && effect.state !== 'absent') this.fail('INV-4', `${id} is still ${effect.state}`);
      }
      if (body.kind === 'gate' && (body.content as Gate).stops.length > 0 && this.stoppedSince === undefined)
        this.fail('INV-6', 'the switch is still thrown');
    }
  }

  /** A session that beats though its agent gave it up keeps others waiting for what only the leader does. */
  private checkSessions(): void {
    const living = new Map<string, number>();
    const gate = this.world.store.get(GATE_ID)?.content as Gate | undefined;
    for (const id of Object.keys(gate?.sessions ?? {})) {
      const session = contentOf('session', this.world.store.get(sessionId(id)));
      if (session?.dead === false) living.set(session.agent, (living.get(session.agent) ?? 0) + 1);
    }
    for (const [agent, sessions] of living)
      if (sessions > 1) this.fail('sessions', `${agent} keeps ${sessions} sessions alive`);
  }
}
