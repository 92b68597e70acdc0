import type { ClearedCommand, Command } from '../../common/flow/command';
import type { Target } from '../../common/flow/decision';
import type { Connector } from '../../server/connectors/connector';
import { aCall, effectOf } from '../targets/commands';
import type { FaultProxy, SeenRequest } from '../targets/fault_proxy';

/** A connector with a real target behind a proxy that can make trouble. */
export interface ConnectorRig {
  readonly connector: Connector;
  readonly proxy: FaultProxy;
  /** A command on a target that nobody has touched yet, new at each call. */
  readonly command: (change?: Partial<Command>) => ClearedCommand;
  /** Whose effects there are on a target, by the target's own account: one entry a row, by command or other owner. */
  readonly effects: (target: Target) => Promise<readonly string[]>;
  /** In how many seconds the target ends an effect by itself; undefined where it ends none. */
  readonly endsIn?: (target: Target) => Promise<number>;
  /** Puts an effect of somebody else on a target, and tells its name among `effects`. */
  readonly addForeign: (target: Target) => Promise<string>;
  /** Names a host of which the target says this; missing where it has nothing to say of hosts. */
  readonly sees?: (state: 'intact' | 'altered' | 'neither') => string;
  /** Whether a request is the one that orders the effect. */
  readonly isOrder: (request: SeenRequest) => boolean;
  readonly dispose: () => Promise<void>;
}

/**
 * What every connector must do, whatever it talks to.
 *
 * @param why why it cannot be tested here; the suite is skipped then
 */
export const describeConnector = (name: string, make: () => Promise<ConnectorRig>, why?: string): void => {
  const suite = why === undefined ? describe : describe.skip;
  suite(`connector contract: ${name}${why === undefined ? '' : ` (${why})`}`, () => {
    let rig: ConnectorRig;

    beforeAll(async () => {
      rig = await make();
    }, 60_000);

    afterEach(() => rig.proxy.fail());

    afterAll(() => rig.dispose());

    const execute = (command: ClearedCommand, mayStart = (): boolean => true) =>
      rig.connector.execute(command, aCall({ mayStart }));
    const verify = (command: ClearedCommand) => rig.connector.verify(effectOf(command), aCall());
    const undo = (command: ClearedCommand) => rig.connector.undo(effectOf(command), aCall());

    it('does what it was told, and sees it', async () => {
      const command = rig.command();
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      expect(await verify(command)).toMatchObject({ state: 'present' });
      expect(await rig.effects(command.target)).toEqual([command.command_id]);
    });

    it('says of a host what its target says, by looking alone, and nothing it does not say', async () => {
      const { connector, sees, proxy } = rig;
      expect(connector.hostStatus === undefined).toBe(sees === undefined);
      if (connector.hostStatus === undefined || sees === undefined) return;
      const before = proxy.requests().length;
      expect(await connector.hostStatus('nobody-knows', aCall())).toEqual({ why: expect.any(String) });
      for (const state of ['intact', 'altered'] as const)
        expect(await connector.hostStatus(sees(state), aCall())).toMatchObject({ state });
      expect(await connector.hostStatus(sees('neither'), aCall())).toEqual({ why: expect.any(String) });
      expect(proxy.requests().slice(before).filter(rig.isOrder)).toEqual([]);
    });

    it('says nothing of a host where its target does not answer or the caller has given up', async () => {
      const { connector, sees, proxy } = rig;
      if (connector.hostStatus === undefined || sees === undefined) return;
      const host = sees('altered');
      proxy.fail({ kind: 'answer', status: 503 });
      expect(await connector.hostStatus(host, aCall())).toEqual({ why: expect.any(String) });
      proxy.fail();
      const signal = AbortSignal.abort();
      expect(await connector.hostStatus(host, aCall({ signal }))).toEqual({ why: expect.any(String) });
    });

    it('changes nothing more when a command is repeated', async () => {
      const command = rig.command();
      await execute(command);
      expect(rig.connector.capabilities.idempotency).not.toBe('none');
      expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      expect(await rig.effects(command.target)).toEqual([command.command_id]);
    });

    it('undoes what it did, and sees that', async () => {
      const command = rig.command();
      await execute(command);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await rig.effects(command.target)).toEqual([]);
    });

    it('takes undoing of what is not there for a success', async () => {
      const command = rig.command();
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      await execute(command);
      await undo(command);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
    });

    it('leaves an effect of somebody else on the same target alone, and does not take it for its own', async () => {
      const command = rig.command();
      const other = await rig.addForeign(command.target);
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await rig.effects(command.target)).toEqual([other]);
      expect(await verify(command)).toMatchObject({ state: 'absent' });
    });

    it('undoes the effect of several commands as a whole', async () => {
      const command = rig.command();
      const reason = rig.command({ target: command.target });
      await execute(command);
      const effect = effectOf(reason, command);
      expect(await rig.connector.verify(effect, aCall())).toMatchObject({ state: 'present' });
      expect(await rig.connector.undo(effect, aCall())).toMatchObject({ kind: 'succeeded' });
      expect(await rig.connector.verify(effect, aCall())).toMatchObject({ state: 'absent' });
    });

    it('sends nothing when it may not start', async () => {
      const command = rig.command();
      const before = rig.proxy.requests().length;
      expect(await execute(command, () => false)).toMatchObject({ kind: 'not_started' });
      expect(rig.proxy.requests().slice(before)).toEqual([]);
      expect(await rig.effects(command.target)).toEqual([]);
    });

    it('asks whether it may start at every attempt', async () => {
      const command = rig.command();
      rig.proxy.fail({ kind: 'answer', status: 503 }, rig.isOrder);
      let asked = 0;
      const mayStart = (): boolean => {
        asked += 1;
        return true;
      };
      await execute(command, mayStart);
      const first = asked;
      await execute(command, mayStart);
      expect(first).toBeGreaterThan(0);
      expect(asked).toBeGreaterThan(first);
      expect(await execute(command, () => false)).toMatchObject({ kind: 'not_started' });
    });

    it('sends nothing once the caller has given up', async () => {
      const command = rig.command();
      const before = rig.proxy.requests().length;
      const outcome = await rig.connector.execute(command, aCall({ signal: AbortSignal.abort() }));
      expect(outcome).toMatchObject({ kind: 'failed' });
      expect(rig.proxy.requests().slice(before)).toEqual([]);
    });

    it('says unknown when an order was sent and no answer came in time', async () => {
      const command = rig.command();
      rig.proxy.fail({ kind: 'apply_and_stall' }, rig.isOrder);
      const started = Date.now();
      expect(await execute(command)).toMatchObject({ kind: 'unknown', error: { retryable: true } });
      expect(Date.now() - started).toBeLessThan(rig.connector.capabilities.request_timeout_ms);
      rig.proxy.fail();
      expect(await verify(command)).toMatchObject({ state: 'present' });
    });

    it('says unknown when the connection broke after an order was sent', async () => {
      const command = rig.command();
      rig.proxy.fail({ kind: 'apply_and_reset' }, rig.isOrder);
      expect(await execute(command)).toMatchObject({ kind: 'unknown' });
      rig.proxy.fail();
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await rig.effects(command.target)).toEqual([]);
    });

    it('says failed, and not to be tried again, when the target refuses', async () => {
      const command = rig.command();
      rig.proxy.fail({ kind: 'answer', status: 403 }, rig.isOrder);
      expect(await execute(command)).toMatchObject({ kind: 'failed', error: { retryable: false, status: 403 } });
    });

    it.each([302, 408, 499, 500, 503, 520, 524, 599])(
      'does not know what became of an order answered with %d',
      async (status) => {
        const command = rig.command();
        rig.proxy.fail({ kind: 'answer', status }, rig.isOrder);
        expect(await execute(command)).toMatchObject({ kind: 'unknown', error: { status } });
      },
    );

    it('keeps an effect that its target ends by itself for longer, as often as it is told', async () => {
      const { connector } = rig;
      if (!connector.capabilities.native_ttl || connector.extend === undefined) return;
      const command = rig.command({ ttl_ms: 60_000 });
      await execute(command);
      const before = await rig.endsIn?.(command.target);
      for (let times = 0; times < 2; times += 1) {
        let outcome = await connector.extend(effectOf(command), 3_600_000, aCall());
        // As the runner does: again after the pause that the connector asks for.
        while (outcome.kind === 'failed' && outcome.retry_after_ms !== undefined) {
          const pause = outcome.retry_after_ms;
          await new Promise((resolve) => setTimeout(resolve, pause));
          outcome = await connector.extend(effectOf(command), 3_600_000, aCall());
        }
        expect(outcome).toMatchObject({ kind: 'succeeded' });
      }
      if (rig.endsIn) expect([before, await rig.endsIn(command.target)]).toEqual([120, 3_660]);
      expect(await verify(command)).toMatchObject({ state: 'present' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await rig.effects(command.target)).toEqual([]);
    });

    it('sends no order to keep it longer when it may not start', async () => {
      const command = rig.command();
      await execute(command);
      const before = rig.proxy.requests().length;
      const outcome = await rig.connector.extend?.(effectOf(command), 60_000, aCall({ mayStart: () => false }));
      expect(outcome ?? { kind: 'not_started' }).toMatchObject({ kind: 'not_started' });
      expect(rig.proxy.requests().slice(before)).toEqual([]);
    });

    it('says when to try again if the target says so', async () => {
      rig.proxy.fail({ kind: 'answer', status: 429, headers: { 'retry-after': '7' } }, rig.isOrder);
      expect(await execute(rig.command())).toMatchObject({
        kind: 'failed',
        error: { retryable: true },
        retry_after_ms: 7_000,
      });
    });

    it('lists its effects by their commands', async () => {
      const command = rig.command();
      await execute(command);
      const listed = await rig.connector.list(aCall());
      const ours = listed.ok ? listed.value.filter((each) => each.command_id === command.command_id) : listed.error;
      expect(ours).toMatchObject([{ action: command.action, target: command.target }]);
      await undo(command);
      const later = await rig.connector.list(aCall());
      expect(later.ok && later.value.some((each) => each.command_id === command.command_id)).toBe(false);
    });

    it('says how the target is, and neither acts nor guesses while it is away', async () => {
      const command = rig.command();
      expect(await rig.connector.status(aCall())).toMatchObject({ state: 'ok' });
      await rig.proxy.goAway();
      expect(await rig.connector.status(aCall())).toMatchObject({ state: 'down' });
      expect(await execute(command)).toMatchObject({ kind: 'failed', error: { retryable: true } });
      expect(await verify(command)).toMatchObject({ state: 'unknown' });
      expect(await undo(command)).toMatchObject({ kind: 'failed', error: { retryable: true } });
      expect(await rig.connector.list(aCall())).toMatchObject({ ok: false });
      await expect(rig.connector.cancel(command.command_id, aCall())).resolves.toBeUndefined();
      await rig.proxy.comeBack();
      expect(await rig.connector.status(aCall())).toMatchObject({ state: 'ok' });
    });
  });
};
