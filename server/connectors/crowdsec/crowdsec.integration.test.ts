import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import {
  ATTACKER,
  BYSTANDER,
  MACHINE,
  PASSWORD,
  READ_KEY,
  startCrowdsec,
  whyNotCrowdsec,
  type Crowdsec,
} from '../../../test/targets/crowdsec';
import { faultProxy, type FaultProxy } from '../../../test/targets/fault_proxy';
import { until } from '../../../test/targets/until';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';
import { suiteUnless } from '../../../test/targets/suite_unless';

const why = whyNotCrowdsec();
if (why !== undefined) process.stdout.write(`SKIPPED: crowdsec.integration: ${why}\n`);
/** A suite that is skipped names the reason, so that it stands in the summary. */
const suite = suiteUnless(why);

const SECRETS: Readonly<Record<string, string>> = { machine: PASSWORD, bouncer: READ_KEY };

const connectorTo = (
  url: string,
  change: object = {},
  secrets: (name: string) => string | undefined = (name) => SECRETS[name],
): Connector => {
  const parameters = {
    base_url: url,
    allow_addresses: ['127.0.0.1'],
    machine_id: MACHINE,
    password: { secret: 'machine' },
    bouncer_key: { secret: 'bouncer' },
    timeouts: { connect_ms: 1_000, total_ms: 2_000 },
    settle_time_ms: 2_500,
    ...change,
  };
  const { connectors, faults } = makeConnectors([{ name: 'edge', kind: 'crowdsec', parameters }], secrets);
  const connector = connectors.get('edge');
  if (!connector) throw new Error(JSON.stringify(faults));
  return connector;
};

let nextAddress = 0;
/** An address that no test has used. */
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.77.${nextAddress >> 8}.${nextAddress & 255}`;
};

const banOf = (address: string, ttl_ms = 600_000) =>
  aClearedCommand({ target: { type: 'ip', value: address }, ttl_ms });

interface CscliAlert {
  readonly decisions: ReadonlyArray<{ readonly scenario: string; readonly value: string; readonly origin: string }>;
}

/** CrowdSec's own account of its decisions. Without `--all` it leaves out those of origins that it does not know. */
const allDecisions = async (crowdsec: Crowdsec) => {
  const listed = await crowdsec.cscli('decisions', 'list', '--all', '-o', 'json');
  const alerts = (JSON.parse(listed.trim() === '' ? 'null' : listed) ?? []) as readonly CscliAlert[];
  return alerts.flatMap(({ decisions }) => decisions);
};

const decisionsOn = async (crowdsec: Crowdsec, address: string) => {
  const listed = await allDecisions(crowdsec);
  return listed.filter(({ value }) => value === address);
};

const rig = async (): Promise<ConnectorRig> => {
  const crowdsec = await startCrowdsec();
  const proxy = await faultProxy(crowdsec.port);
  return {
    connector: connectorTo(proxy.url),
    proxy,
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async ({ value }) =>
      (await decisionsOn(crowdsec, value)).map(({ scenario, origin }) =>
        origin === 'reflex' ? scenario.replace(/^reflex\//, '') : origin,
      ),
    removeByHand: async ({ target: { value } }) => {
      await crowdsec.cscli('decisions', 'delete', '--ip', value);
    },
    addForeign: async ({ value }) => {
      await crowdsec.cscli('decisions', 'add', '--ip', value, '--duration', '1h', '--reason', 'by hand');
      return 'cscli';
    },
    isOrder: ({ method, path }) => method === 'POST' && path === '/v1/alerts',
    dispose: async () => {
      await proxy.dispose();
      await crowdsec.dispose();
    },
  };
};

describeConnector('crowdsec', rig, why);

suite('a ban through CrowdSec', () => {
  let crowdsec: Crowdsec;
  let connector: Connector;

  beforeAll(async () => {
    crowdsec = await startCrowdsec();
    connector = connectorTo(crowdsec.url);
  }, 60_000);
  afterAll(() => crowdsec.dispose());

  const passes = async (source: string): Promise<boolean> =>
    (await crowdsec.ping(source)) && (await crowdsec.tcp(source));
  const dropped = async (source: string): Promise<boolean> =>
    !(await crowdsec.ping(source)) && !(await crowdsec.tcp(source));
  const verify = (command: ReturnType<typeof banOf>) => connector.verify(effectOf(command), aCall());
  /** Executes as the runner does: again after the pause that the connector asks for. */
  const execute = async (command: ReturnType<typeof banOf>) => {
    for (;;) {
      const outcome = await connector.execute(command, aCall());
      if (outcome.kind !== 'failed' || outcome.retry_after_ms === undefined) return outcome;
      await new Promise((resolve) => setTimeout(resolve, outcome.retry_after_ms));
    }
  };
  const undo = async (command: ReturnType<typeof banOf>): Promise<void> => {
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
  };

  it('really drops the packets of that address and of no other, until it is undone', async () => {
    const command = banOf(ATTACKER);
    expect(await passes(ATTACKER)).toBe(true);
    expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
    await until('the packets to be dropped', () => dropped(ATTACKER));
    expect(await passes(BYSTANDER)).toBe(true);
    expect(await verify(command)).toMatchObject({ state: 'present', text: expect.stringMatching(/decided.*not seen/) });
    await undo(command);
    await until('the packets to pass again', () => passes(ATTACKER));
    expect(await verify(command)).toMatchObject({ state: 'absent' });
  }, 60_000);

  it('ends by itself, a grace after its ttl, if nobody undoes it', async () => {
    const short = connectorTo(crowdsec.url, { grace_s: 2 });
    const command = banOf(BYSTANDER, 2_000);
    expect(await short.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    await until('the packets to be dropped', () => dropped(BYSTANDER));
    await until('the packets to pass again', () => passes(BYSTANDER), { withinMs: 15_000 });
    expect(await verify(command)).toMatchObject({ state: 'absent' });
  }, 60_000);

  it('lasts as long as it says also where an older, shorter one of ours was in the firewall', async () => {
    const address = freshAddress();
    const [older, newer] = [banOf(address, 30_000), banOf(address, 3_600_000)];
    await execute(older);
    await until('the firewall to have it', async () => (await crowdsec.firewallSet()).includes(address));
    const first = await connector.execute(newer, aCall());
    expect(first).toMatchObject({
      kind: 'failed',
      error: { code: 'settling', retryable: true },
      retry_after_ms: 2_500,
    });
    // At once again: the firewall may not have followed yet.
    expect(await connector.execute(newer, aCall())).toMatchObject({ kind: 'failed', error: { code: 'settling' } });
    expect(await execute(newer)).toMatchObject({ kind: 'succeeded' });
    await until('the firewall to have the longer one', async () => (await crowdsec.firewallTimeoutS(address)) > 3_000);
    await undo(newer);
  }, 60_000);

  it('also lasts as long as it says right after an undo on the same address', async () => {
    const address = freshAddress();
    const [older, newer] = [banOf(address, 30_000), banOf(address, 3_600_000)];
    await execute(older);
    await until('the firewall to have it', async () => (await crowdsec.firewallSet()).includes(address));
    await undo(older);
    expect(await execute(newer)).toMatchObject({ kind: 'succeeded' });
    await until('the firewall to have the longer one', async () => (await crowdsec.firewallTimeoutS(address)) > 3_000);
    await undo(newer);
  }, 60_000);

  it('leaves a longer one of ours alone', async () => {
    const address = freshAddress();
    const [longer, shorter] = [banOf(address, 3_600_000), banOf(address, 60_000)];
    await execute(longer);
    expect(await connector.execute(shorter, aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await verify(longer)).toMatchObject({ state: 'present' });
    await undo(shorter);
    expect(await verify(longer)).toMatchObject({ state: 'present' });
  });

  it('still holds after our undo if somebody else decided it too, and that is said', async () => {
    await crowdsec.cscli('decisions', 'add', '--ip', ATTACKER, '--duration', '1h');
    const command = banOf(ATTACKER);
    expect(await execute(command)).toMatchObject({
      kind: 'succeeded',
      text: expect.stringMatching(/another decision holds/),
    });
    await until('the packets to be dropped', () => dropped(ATTACKER));
    await undo(command);
    expect(await verify(command)).toMatchObject({
      state: 'absent',
      text: expect.stringMatching(/no decision of ours.*1 of others \(cscli\) still holds the address/),
    });
    expect((await decisionsOn(crowdsec, ATTACKER)).map(({ origin }) => origin)).toEqual(['cscli']);
    expect(await dropped(ATTACKER)).toBe(true);
    await crowdsec.cscli('decisions', 'delete', '--ip', ATTACKER);
    await until('the packets to pass again', () => passes(ATTACKER));
  }, 60_000);

  it('warns if a shorter one of somebody else is what the firewall will keep', async () => {
    const address = freshAddress();
    await crowdsec.cscli('decisions', 'add', '--ip', address, '--duration', '30s');
    expect(await execute(banOf(address))).toMatchObject({ text: expect.stringMatching(/ends in (30|29) s/) });
  });

  it('leaves a range of somebody else that holds the address alone', async () => {
    await crowdsec.cscli('decisions', 'add', '--range', '10.99.0.0/24', '--duration', '1h');
    const command = banOf('10.99.0.7');
    await execute(command);
    await undo(command);
    expect((await allDecisions(crowdsec)).map(({ value }) => value)).toContain('10.99.0.0/24');
    expect(await verify(command)).toMatchObject({ state: 'absent', seen: { others: 1 } });
  });

  it('refuses ranges, and IPv6 where the firewall does not filter it: both would be accepted and not enforced', async () => {
    const before = (await allDecisions(crowdsec)).length;
    for (const value of ['198.18.2.8/29', '2001:db8::1'])
      expect(await connector.execute(banOf(value), aCall())).toMatchObject({
        kind: 'failed',
        error: { code: 'not_enforced', retryable: false },
      });
    expect(await allDecisions(crowdsec)).toHaveLength(before);
  });

  it('is accepted while the bouncer is dead, and is not enforced: the verification says what it does not see', async () => {
    await crowdsec.stopBouncer();
    const command = banOf(ATTACKER);
    expect(await execute(command)).toMatchObject({ kind: 'succeeded' });
    expect(await verify(command)).toMatchObject({
      state: 'present',
      text: expect.stringContaining('whether a firewall enforces it is not seen from here'),
    });
    expect(await passes(ATTACKER)).toBe(true);
    await crowdsec.startBouncer();
    await until('the packets to be dropped', () => dropped(ATTACKER));
    await undo(command);
    await until('the packets to pass again', () => passes(ATTACKER));
  }, 60_000);

  it('is what an administrator deletes too', async () => {
    const command = banOf(freshAddress());
    await execute(command);
    await crowdsec.cscli('decisions', 'delete', '--ip', command.target.value);
    expect(await verify(command)).toMatchObject({ state: 'absent' });
    await undo(command);
  });

  it('survives a restart of the local API, whose tokens do not', async () => {
    const command = banOf(freshAddress());
    await execute(command);
    await crowdsec.stopLapi();
    expect(await connector.status(aCall())).toMatchObject({ state: 'down' });
    await crowdsec.startLapi();
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
    expect(await verify(command)).toMatchObject({ state: 'present' });
    await undo(command);
  }, 30_000);
});

suite('the credentials for CrowdSec', () => {
  let crowdsec: Crowdsec;
  let proxy: FaultProxy;

  beforeAll(async () => {
    crowdsec = await startCrowdsec();
    proxy = await faultProxy(crowdsec.port);
  }, 60_000);
  afterAll(async () => {
    await proxy.dispose();
    await crowdsec.dispose();
  });

  const logins = (): number => proxy.requests().filter(({ path }) => path === '/v1/watchers/login').length;

  it('are sent once, and again when the token is refused', async () => {
    const connector = connectorTo(proxy.url);
    const before = logins();
    for (let times = 0; times < 3; times += 1) await connector.execute(banOf(freshAddress()), aCall());
    expect(logins() - before).toBe(1);
    let refused = 0;
    proxy.fail({ kind: 'answer', status: 401 }, ({ method }) => method === 'POST' && refused++ === 0);
    expect(await connector.execute(banOf(freshAddress()), aCall())).toMatchObject({ kind: 'succeeded' });
    proxy.fail();
    expect(logins() - before).toBe(2);
  });

  it('that are wrong stop the order for good, and show in the health', async () => {
    const wrong = (name: string) => `${SECRETS[name] ?? ''}-wrong`;
    const connector = connectorTo(proxy.url, {}, (name) => (name === 'machine' ? wrong(name) : SECRETS[name]));
    expect(await connector.execute(banOf(freshAddress()), aCall())).toMatchObject({
      kind: 'failed',
      error: { code: 'credentials', retryable: false },
    });
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', text: expect.stringMatching(/login/) });
    const blind = connectorTo(proxy.url, {}, (name) => (name === 'bouncer' ? wrong(name) : SECRETS[name]));
    expect(await blind.status(aCall())).toMatchObject({ state: 'degraded', text: expect.stringMatching(/read back/) });
    expect(await blind.verify(effectOf(banOf('10.0.0.1')), aCall())).toMatchObject({ state: 'unknown' });
  });
});
