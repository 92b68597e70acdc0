import { iso } from '../../../common/iso';
import { err, ok, type Result } from '../../../common/result';
import { whyOf } from '../../../common/why';
import type { AgentWith } from '../agent/views';
import { inBackground } from '../keeping/in_background';
import { audit, auditIfReachable } from '../record/audit';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { runSelfTest, testTarget, type TestingAgent, type TestStep } from './self_test';

/** The last self-test of a connector that this agent made. */
export interface SelfTest {
  readonly action: string;
  readonly target: string;
  readonly by: string;
  /** UTC. */
  readonly at: string;
  readonly state: 'running' | 'passed' | 'failed';
  readonly steps: readonly TestStep[];
}

type BookAgent = TestingAgent & AgentWith<'changed' | 'connectors' | 'evidence' | 'log'>;

/** Self-tests of this agent: one at a time at a connector. */
export class SelfTests {
  private readonly tests = new Map<string, SelfTest>();

  of(connector: string): SelfTest | undefined {
    return this.tests.get(connector);
  }

  /**
   * Begins one; its steps show as they are over. Whoever asked is on record first.
   *
   * @param action undefined: the first of the connector that can be tested
   */
  async begin(
    agent: BookAgent,
    { name, action, by }: { readonly name: string; readonly action?: string | undefined; readonly by: string },
  ): Promise<Result<SelfTest, Refusal>> {
    const connector = agent.parts.connectors.get(name);
    if (connector === undefined) return err(refusal('not_found', `there is no connector \`${name}\` here`));
    if (agent.shift === undefined) return err(NOT_JOINED);
    const { tagged, actions } = connector.capabilities;
    if (action !== undefined && !actions.includes(action))
      return err(refusal('invalid', `connector \`${name}\` does not do \`${action}\``));
    // Only exactly ours can be taken back by whoever finds it in the journal.
    if (!tagged)
      return err(refusal('invalid', `connector \`${name}\` is not \`tagged\`: a test could not be told apart`));
    const { random } = agent.parts.chance;
    const chosen = (action === undefined ? actions : [action])
      .map((each) => ({ action: each, target: testTarget({ connector, action: each, by }, random) }))
      .find(({ target }) => target !== undefined);
    if (chosen?.target === undefined)
      return err(refusal('invalid', 'there is nothing harmless to test it on: name a `test_target` in its `promises`'));
    if (this.tests.get(name)?.state === 'running') return err(refusal('changed', 'a self-test is under way there'));
    const { target } = chosen;
    const at = iso(agent.parts.clock.utc());
    const started: SelfTest = { action: chosen.action, target: target.value, by, at, state: 'running', steps: [] };
    this.tests.set(name, started);
    const entry = { verb: 'test_connector', by, object: { type: 'connector', id: name } };
    try {
      await audit(agent, { ...entry, outcome: 'asked', text: `${chosen.action} ${target.value}` });
    } catch (cause) {
      this.tests.delete(name);
      throw cause;
    }
    const note = (change: Partial<SelfTest>): void => {
      this.tests.set(name, { ...(this.tests.get(name) ?? started), ...change });
      agent.parts.changed('connector', name);
    };
    const told = (step: TestStep): void => note({ steps: [...(this.tests.get(name)?.steps ?? []), step] });
    const work = async (): Promise<void> => {
      let passed = false;
      try {
        passed = await runSelfTest(agent, { connector, action: chosen.action, by }, target, told);
      } catch (cause) {
        told({ step: 'act', ok: false, text: whyOf(cause) });
      }
      note({ state: passed ? 'passed' : 'failed' });
      const failed = this.tests.get(name)?.steps.find(({ ok: isRight }) => !isRight);
      const outcome = passed ? 'passed' : 'failed';
      await auditIfReachable(agent, {
        ...entry,
        outcome,
        text: failed === undefined ? 'all of it' : `${failed.step}: ${failed.text}`,
      });
    };
    inBackground(agent.parts, 'testing a connector', work());
    return ok(started);
  }
}
