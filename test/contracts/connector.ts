import type { ClearedCommand, Command } from '../../common/flow/command';
import type { Target } from '../../common/flow/decision';
import type { Connector } from '../../server/connectors/connector';
import { aCall, effectOf } from '../targets/commands';
import type { FaultProxy, SeenRequest } from '../targets/fault_proxy';
import { ContractTable, type ContractRow } from './contract_table';

/** What a target answers on bad days. Each sets it up for the next orders, and tells of the error that must come. */
export interface Troubles {
  /** It refuses an order, and would again. */
  readonly refused: () => object;
  /** It knows no such thing. */
  readonly missing: () => object;
  /** Answers after which nobody knows what became of an order, by name. */
  readonly unsure: Readonly<Record<string, () => object>>;
  /** It says that it did it, and did not. */
  readonly onlySaid: () => void;
  /** It says that it failed, and did it. */
  readonly deniedAndDone: () => void;
  /** It takes no more orders for 7 s; missing where it never says when to come again. */
  readonly throttled?: () => void;
  /** It lets our account do nothing any more. */
  readonly lost: () => void;
  /** It answers a look with nothing that helps. */
  readonly useless: () => void;
}

/** A connector with a real target behind a proxy that can make trouble. */
export interface ConnectorRig {
  readonly connector: Connector;
  readonly proxy: Omit<FaultProxy, 'url'>;
  /** How its target says so; missing where it speaks HTTP. */
  readonly troubles?: Troubles;
  /** Names a host that an order would reach, or would not; missing where orders go to no host. */
  readonly reaches?: (state: 'reachable' | 'unreachable') => string;
  /** A command on a target that nobody has touched yet, new at each call. */
  readonly command: (change?: Partial<Command>) => ClearedCommand;
  /** Whose effects there are on a target, by the target's own account: one entry a row, by command or other owner. */
  readonly effects: (target: Target) => Promise<readonly string[]>;
  /** In how many seconds the target ends an effect by itself; undefined where it ends none. */
  readonly endsIn?: (target: Target) => Promise<number>;
  /** Puts an effect of somebody else on a target, and tells its name among `effects`. */
  readonly addForeign: (target: Target) => Promise<string>;
  /** Takes the effect of a command away as a person would, behind our back. */
  readonly removeByHand: (command: Command) => Promise<void>;
  /** Names a host of which the target says this; missing where it has nothing to say of hosts. */
  readonly sees?: (state: 'intact' | 'altered' | 'neither') => string;
  /** Whether a request is the one that orders the effect. */
  readonly isOrder: (request: SeenRequest) => boolean;
  readonly dispose: () => Promise<void>;
}

/** All connectors that one process tries. */
const table = new ContractTable();

/** Thrown out of a row that cannot be tried at a connector; the table tells why. */
class Skipped extends Error {}

/** Ends a row. */
const skip = (why: string): never => {
  throw new Skipped(why);
};

const UNSURE_STATUS = [302, 408, 499, 500, 503, 520, 524, 599];

/** Of a target that speaks HTTP. */
const httpTroubles = ({ proxy, isOrder }: ConnectorRig): Troubles => {
  const answer =
    (status: number, headers: Readonly<Record<string, string>> = {}) =>
    (): object => {
      proxy.fail({ kind: 'answer', status, headers }, isOrder);
      return { status };
    };
  return {
    refused: answer(403),
    missing: answer(404),
    unsure: Object.fromEntries(UNSURE_STATUS.map((status) => [`${status}`, answer(status)])),
    onlySaid: answer(201),
    deniedAndDone: () => proxy.fail({ kind: 'apply_and_answer', status: 500 }, isOrder),
    throttled: answer(429, { 'retry-after': '7' }),
    lost: () => proxy.fail({ kind: 'answer', status: 403 }, ({ path }) => !path.endsWith('/health')),
    useless: () => proxy.fail({ kind: 'answer', status: 503 }),
  };
};

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

    afterAll(async () => {
      process.stdout.write(`${table.lines().join('\n')}\n`);
      await rig.dispose();
    });

    /** A test that is a row of the table. */
    const row = (names: readonly ContractRow[], title: string, test: () => Promise<void>): void => {
      it(title, async () => {
        const note = (result: Parameters<ContractTable['note']>[2]): void => {
          for (const each of names) table.note(name, each, result);
        };
        note('NO');
        try {
          await test();
          note('yes');
        } catch (cause) {
          if (!(cause instanceof Skipped)) throw cause;
          note({ skipped: cause.message });
        }
      });
    };

    const troubles = (): Troubles => rig.troubles ?? httpTroubles(rig);

    const execute = (command: ClearedCommand, mayStart = (): boolean => true) =>
      rig.connector.execute(command, aCall({ mayStart }));
    const verify = (command: ClearedCommand) => rig.connector.verify(effectOf(command), aCall());
    const undo = (command: ClearedCommand) => rig.connector.undo(effectOf(command), aCall());

    row(['act', 'verify'], 'does what it was told, and sees it', async () => {
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
      troubles().useless();
      expect(await connector.hostStatus(host, aCall())).toEqual({ why: expect.any(String) });
      proxy.fail();
      const signal = AbortSignal.abort();
      expect(await connector.hostStatus(host, aCall({ signal }))).toEqual({ why: expect.any(String) });
    });

    it('says whether an order would reach a host, by looking alone, and nothing of one that it does not know', async () => {
      const { connector, reaches, proxy } = rig;
      expect(connector.reachable === undefined).toBe(reaches === undefined);
      if (connector.reachable === undefined || reaches === undefined) return;
      const before = proxy.requests().length;
      for (const state of ['reachable', 'unreachable'] as const)
        expect(await connector.reachable(reaches(state), aCall())).toMatchObject({ state });
      expect(await connector.reachable('nobody-knows', aCall())).toEqual({ why: expect.any(String) });
      expect(proxy.requests().slice(before).filter(rig.isOrder)).toEqual([]);
      await proxy.goAway();
      expect(await connector.reachable(reaches('reachable'), aCall())).toMatchObject({ state: 'unreachable' });
      await proxy.comeBack();
      expect(await connector.reachable(reaches('reachable'), aCall())).toMatchObject({ state: 'reachable' });
    });

    row(['act again'], 'changes nothing more when a command is repeated', async () => {
      const command = rig.command();
      await execute(command);
      expect(rig.connector.capabilities.idempotency).not.toBe('none');
      expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      expect(await rig.effects(command.target)).toEqual([command.command_id]);
    });

    row(['undo'], 'undoes what it did, and sees that', async () => {
      const command = rig.command();
      await execute(command);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await verify(command)).toMatchObject({ state: 'absent' });
      expect(await rig.effects(command.target)).toEqual([]);
    });

    row(['undo again'], 'takes undoing of what is not there for a success', async () => {
      const command = rig.command();
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      await execute(command);
      await undo(command);
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
    });

    row(
      ['act on what is already so'],
      'leaves an effect of somebody else on the same target alone, and does not take it for its own',
      async () => {
        const command = rig.command();
        const other = await rig.addForeign(command.target);
        expect(await verify(command)).toMatchObject({ state: 'absent' });
        expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
        expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
        expect(await rig.effects(command.target)).toEqual([other]);
        expect(await verify(command)).toMatchObject({ state: 'absent' });
      },
    );

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
      Object.values(troubles().unsure)[0]?.();
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

    row(['slow'], 'says unknown when an order was sent and no answer came in time', async () => {
      const command = rig.command();
      rig.proxy.fail({ kind: 'apply_and_stall' }, rig.isOrder);
      const started = Date.now();
      expect(await execute(command)).toMatchObject({ kind: 'unknown', error: { retryable: true } });
      expect(Date.now() - started).toBeLessThan(rig.connector.capabilities.request_timeout_ms);
      rig.proxy.fail();
      expect(await verify(command)).toMatchObject({ state: 'present' });
    });

    row(['cut off after the effect'], 'says unknown when the connection broke after an order was sent', async () => {
      const command = rig.command();
      rig.proxy.fail({ kind: 'apply_and_reset' }, rig.isOrder);
      expect(await execute(command)).toMatchObject({ kind: 'unknown' });
      rig.proxy.fail();
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await rig.effects(command.target)).toEqual([]);
    });

    it('says failed, and not to be tried again, when the target refuses', async () => {
      const command = rig.command();
      const error = troubles().refused();
      expect(await execute(command)).toMatchObject({ kind: 'failed', error: { retryable: false, ...error } });
    });

    it('does not know what became of an order that was answered with nothing definite', async () => {
      for (const [name, unsure] of Object.entries(troubles().unsure)) {
        const command = rig.command();
        const error = unsure();
        expect([name, await execute(command)]).toMatchObject([name, { kind: 'unknown', error }]);
      }
    });

    row(['renew'], 'keeps an effect that its target ends by itself for longer, as often as it is told', async () => {
      const { connector } = rig;
      if (!connector.capabilities.native_ttl) return skip('its target ends nothing by itself');
      if (connector.extend === undefined) return skip('a further reason is a further command there');
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

    row(['throttled'], 'says when to try again if the target says so', async () => {
      const { throttled } = troubles();
      if (throttled === undefined) return skip('its target never says when to come again');
      throttled();
      expect(await execute(rig.command())).toMatchObject({
        kind: 'failed',
        error: { retryable: true },
        retry_after_ms: 7_000,
      });
    });

    row(
      ['act on what does not exist'],
      'says failed, and nothing is there, when the target knows no such thing',
      async () => {
        const command = rig.command();
        const error = troubles().missing();
        expect(await execute(command)).toMatchObject({ kind: 'failed', error: { retryable: false, ...error } });
        rig.proxy.fail();
        expect(await verify(command)).toMatchObject({ state: 'absent' });
        expect(await rig.effects(command.target)).toEqual([]);
      },
    );

    row(
      ['undo after a human changed it'],
      'takes an effect that a person removed for gone, and undoes nothing else',
      async () => {
        const command = rig.command();
        await execute(command);
        await rig.removeByHand(command);
        const other = await rig.addForeign(command.target);
        expect(await verify(command)).toMatchObject({ state: 'absent' });
        expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
        expect(await rig.effects(command.target)).toEqual([other]);
      },
    );

    row(
      ['cut off before the effect'],
      'says unknown when the order was lost on its way, and sees that nothing is there',
      async () => {
        const command = rig.command();
        rig.proxy.fail({ kind: 'stall' }, rig.isOrder);
        expect(await execute(command)).toMatchObject({ kind: 'unknown', error: { retryable: true } });
        rig.proxy.fail();
        expect(await verify(command)).toMatchObject({ state: 'absent' });
        expect(await rig.effects(command.target)).toEqual([]);
      },
    );

    row(
      ['200 but not applied'],
      'sees that nothing is there where the target says that it did it, and did not',
      async () => {
        const command = rig.command();
        troubles().onlySaid();
        expect(['succeeded', 'unknown']).toContain((await execute(command)).kind);
        rig.proxy.fail();
        expect(await verify(command)).toMatchObject({ state: 'absent' });
        expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      },
    );

    row(['500 but applied'], 'sees what is there where the target says that it failed, and did it', async () => {
      const command = rig.command();
      troubles().deniedAndDone();
      expect(await execute(command)).toMatchObject({ kind: 'unknown' });
      rig.proxy.fail();
      expect(await verify(command)).toMatchObject({ state: 'present' });
      expect(await undo(command)).toMatchObject({ kind: 'succeeded' });
      expect(await rig.effects(command.target)).toEqual([]);
    });

    row(
      ['capability lost after the self-test'],
      'says before the next act that its target lets it do nothing any more, and does nothing half',
      async () => {
        const { connector, proxy } = rig;
        expect(await connector.status(aCall())).toMatchObject({ state: 'ok', authorised: true });
        const command = rig.command();
        troubles().lost();
        expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
        expect(await execute(command)).toMatchObject({ kind: 'failed', error: { retryable: false } });
        proxy.fail();
        expect(await rig.effects(command.target)).toEqual([]);
        expect(await connector.status(aCall())).toMatchObject({ state: 'ok', authorised: true });
        expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
      },
    );

    it('states what each of its actions takes away and needs, and after which errors it may be tried again', () => {
      const { actions, promises, retries } = rig.connector.capabilities;
      for (const action of actions)
        expect([action, promises?.[action]]).toEqual([
          action,
          expect.objectContaining({ disruption: expect.objectContaining({ usual: expect.any(Number) }) }),
        ]);
      expect(retries).toContain('no_answer');
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

    row(['offline target'], 'says how the target is, and neither acts nor guesses while it is away', async () => {
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

    it('was tried in every row, or says why not, and skips no more than a fifth', () => {
      expect(table.missing(name)).toEqual([]);
      expect(table.skipsTooMuch(name)).toBe(false);
    });
  });
};
