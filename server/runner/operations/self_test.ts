import type { Clearance } from '../../../common/flow/clearance';
import type { ClearedCommand } from '../../../common/flow/command';
import type { Target } from '../../../common/flow/decision';
import { iso } from '../../../common/iso';
import { actionNamed } from '../../../common/policy/actions';
import { present } from '../../../common/present';
import { clearSelfTest, NOBODYS_DOMAIN, SELF_TEST, SELF_TEST_TTL_MS } from '../../engine/brakes/clear_self_test';
import type { AgentWith, JoinedWith } from '../agent/views';
import { callTarget, unanswered } from '../executing/call_target';
import { cancelAll, sendUndo, verifyEffect } from '../undoing/undo';
import type { Connector, EffectHandle, Verification } from '../ports';

/*
 * A self-test acts at a target on something that nobody uses, sees it there, takes it back and sees it gone. It goes
 * through the brakes, and its entry in the undo journal is there first: whoever dies in it, the effect ends.
 */

export type TestStepName = 'brakes' | 'before' | 'act' | 'seen' | 'undo' | 'gone';

export interface TestStep {
  readonly step: TestStepName;
  readonly ok: boolean;
  readonly text: string;
}

export interface SelfTestWish {
  readonly connector: Connector;
  readonly action: string;
  readonly by: string;
}

export type TestingAgent = AgentWith<'bundles' | 'chance' | 'clock' | 'inventory' | 'journal' | 'own'> &
  JoinedWith<'session'>;

/** No test waits longer for what a target shows, ms. */
const LONGEST_WAIT_MS = 30_000;
const LOOK_EVERY_MS = 500;

/** What is acted on: what the configuration names, else an address or a name of nobody; undefined: nothing is. */
export const testTarget = ({ connector, action }: SelfTestWish, random: () => number): Target | undefined => {
  const type = actionNamed(action)?.target;
  const named = connector.capabilities.promises[action]?.test_target;
  if (type === undefined) return undefined;
  if (named !== undefined) return { type, ...named };
  if (type === 'ip') return { type, value: `192.0.2.${1 + Math.floor(random() * 254)}` };
  return type === 'domain' ? { type, value: NOBODYS_DOMAIN } : undefined;
};

/** An address of this network is drawn for each test. */
const NOBODYS_NETWORK = '192.0.2.0/24';

/** What a test of an action would act on, for people; undefined where it cannot be tested. */
export const testedOn = (connector: Connector, action: string): string | undefined => {
  const { tagged, promises } = connector.capabilities;
  if (!tagged || (actionNamed(action)?.undo ?? null) === null) return undefined;
  const named = promises[action]?.test_target;
  if (named !== undefined) return named.host === undefined ? named.value : `${named.value} (${named.host})`;
  const drawn = testTarget({ connector, action, by: SELF_TEST }, () => 0);
  return drawn?.type === 'ip' ? NOBODYS_NETWORK : drawn?.value;
};

class SelfTestRun {
  private readonly effectId: string;
  private readonly commandId: string;
  /** Grows from test to test without a document: targets that check fences refuse a lower one. */
  private readonly fence: number;

  constructor(
    private readonly agent: TestingAgent,
    private readonly wish: SelfTestWish,
    private readonly target: Target,
    private readonly told: (step: TestStep) => void,
  ) {
    this.commandId = agent.parts.chance.uuid();
    this.fence = Math.floor(agent.parts.clock.utc() / 1_000) * 2;
    this.effectId = `effect:${SELF_TEST}:${this.commandId}`;
  }

  /** @returns whether every step went as it should */
  async run(): Promise<boolean> {
    const clearance = this.clear();
    if (clearance.kind === 'stopped') return this.tell('brakes', false, clearance.text);
    this.tell('brakes', true, 'nothing stops it');
    const before = await this.look();
    if (before.state !== 'absent')
      return this.tell('before', false, `the target does not say that nothing is there: ${saidOf(before)}`);
    this.tell('before', true, saidOf(before));
    await this.put();
    const acted = await this.act(clearance.command);
    if (acted === 'not_started') {
      await this.agent.parts.journal.close([this.commandId]);
      return false;
    }
    const seen = await this.see('seen', 'present');
    // Whatever came of the order, it is taken back.
    const undone = await this.undo();
    const gone = await this.see('gone', 'absent');
    // What was never seen may still come: then the journal takes it back at its deadline, and closes itself.
    if (seen && gone) await this.agent.parts.journal.close([this.commandId]);
    return acted === 'done' && seen && undone && gone;
  }

  private tell(step: TestStepName, ok: boolean, text: string): boolean {
    this.told({ step, ok, text: text.slice(0, 1_024) });
    return ok;
  }

  private clear(): Clearance<ClearedCommand> {
    const { agent, wish, target, commandId } = this;
    const { bundles, clock, inventory, own } = agent.parts;
    const { name, capabilities } = wish.connector;
    const standstill = agent.shift?.parts.session.standstill(wish.action, name, SELF_TEST, { source: '' });
    if (agent.shift === undefined || (standstill !== undefined && standstill !== 'stopped'))
      return {
        kind: 'stopped',
        reason: 'permit_stale',
        then: 'hold',
        text: 'this agent may not start effects right now',
      };
    return clearSelfTest({
      commandId,
      connector: name,
      action: wish.action,
      target,
      named: capabilities.promises[wish.action]?.test_target,
      by: wish.by,
      stopped: standstill === 'stopped',
      rules: bundles.brakeRules(clock.utc()),
      guard: { own, who: inventory },
    });
  }

  private get handle(): EffectHandle {
    return {
      effect_id: this.effectId,
      action: this.wish.action,
      target: this.target,
      command_ids: [this.commandId],
    };
  }

  private look(): Promise<Verification> {
    return verifyEffect(this.agent.parts.clock, this.wish.connector, this.handle);
  }

  /** INVARIANT (INV-4): durable before anything is sent. */
  private put(): Promise<void> {
    const { clock, journal } = this.agent.parts;
    const now = clock.utc();
    const boot = clock.boot?.();
    return journal.put([
      {
        command_id: this.commandId,
        effect_id: this.effectId,
        connector: this.wish.connector.name,
        action: this.wish.action,
        target: this.target,
        deadline: iso(now + SELF_TEST_TTL_MS),
        at: iso(now),
        fence: this.fence,
        ...present({ boot: boot && { id: boot.id, due: boot.now + SELF_TEST_TTL_MS } }),
      },
    ]);
  }

  private async act(command: ClearedCommand): Promise<'done' | 'failed' | 'not_started'> {
    const { clock, journal } = this.agent.parts;
    const { connector } = this.wish;
    // INVARIANT (INV-1, INV-6): asked once more, synchronously, right before the first byte.
    const mayStart = (): boolean => {
      const [entry] = journal.ofEffect(this.effectId);
      return this.clear().kind === 'cleared' && entry !== undefined && entry.undone_offline !== true;
    };
    const outcome = await callTarget(
      clock,
      connector.capabilities.request_timeout_ms,
      (signal) => connector.execute(command, { mayStart, signal, fence: this.fence, effect_id: this.effectId }),
      unanswered,
    );
    switch (outcome.kind) {
      case 'succeeded':
        this.tell('act', true, outcome.text ?? 'the target took the order');
        return 'done';
      case 'not_started':
        this.tell('act', false, outcome.why);
        return 'not_started';
      case 'failed':
      case 'unknown':
        this.tell('act', false, outcome.error.message);
        return 'failed';
    }
  }

  /** Looks until the target shows it so, for as long as it may take to follow. */
  private async see(step: 'seen' | 'gone', wanted: Verification['state']): Promise<boolean> {
    const { clock } = this.agent.parts;
    const waits = Math.min(LONGEST_WAIT_MS, this.wish.connector.capabilities.settle_time_ms + LOOK_EVERY_MS);
    const until = clock.monotonic() + waits;
    for (;;) {
      const found = await this.look();
      if (found.state === wanted) return this.tell(step, true, saidOf(found));
      if (clock.monotonic() >= until) return this.tell(step, false, `not so within ${waits} ms: ${saidOf(found)}`);
      await clock.sleep(LOOK_EVERY_MS);
    }
  }

  private async undo(): Promise<boolean> {
    const { clock } = this.agent.parts;
    await cancelAll(clock, this.wish.connector, this.handle);
    const outcome = await sendUndo(clock, this.wish.connector, this.handle, this.fence + 1);
    if (outcome.kind === 'succeeded') return this.tell('undo', true, outcome.text ?? 'the target took the order');
    return this.tell('undo', false, outcome.kind === 'not_started' ? outcome.why : outcome.error.message);
  }
}

const saidOf = ({ state, text }: Verification): string => (text === undefined ? state : `${state}: ${text}`);

/**
 * Tests one action of a connector. Who calls it has put on record that it was asked for.
 *
 * @param target as `testTarget` chose it
 * @param told with each step as it is over; the last one that failed says why
 * @returns whether all of it went as it should
 */
export const runSelfTest = (
  agent: TestingAgent,
  wish: SelfTestWish,
  target: Target,
  told: (step: TestStep) => void,
): Promise<boolean> => new SelfTestRun(agent, wish, target, told).run();
