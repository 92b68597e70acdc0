import { randomUUID } from 'crypto';
import {
  awsModel,
  AWS_CREDENTIALS,
  awsParameters,
  keyId,
  refusal,
  type AwsModel,
} from '../../../test/targets/aws_model';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import type { Connector } from '../connector';
import { THIS_MACHINE } from '../connector_kind';
import { makeConnectors } from '../registry';

/* What AWS does on bad days, on a model of it. The contract is in `aws_contract.test.ts`. */

let model: AwsModel;
beforeEach(async () => {
  model = await awsModel();
});
afterEach(() => model.close());

const NOW = 1_800_000_000_000;
let now = NOW;
beforeEach(() => {
  now = NOW;
});

const connectorTo = (service: object, secret: () => string = () => AWS_CREDENTIALS): Connector => {
  const parameters = { ...awsParameters(model.url, service), timeouts: { connect_ms: 2_000, total_ms: 10_000 } };
  const made = makeConnectors([{ name: 'cloud', kind: 'aws', parameters }], secret, {
    ...THIS_MACHINE,
    utc: () => now,
  });
  const connector = made.connectors.get('cloud');
  if (!connector) throw new Error(JSON.stringify(made.faults));
  return connector;
};

const onAddress = (value = '203.0.113.7') => aClearedCommand({ target: { type: 'ip', value } });
const onUser = (value: string) => aClearedCommand({ action: 'disable_user', target: { type: 'user', value } });
const execute = (connector: Connector, command: ReturnType<typeof onAddress>, mayStart = (): boolean => true) =>
  connector.execute(command, aCall({ mayStart }));
const undo = (connector: Connector, ...commands: ReadonlyArray<ReturnType<typeof onAddress>>) => {
  const [first, ...more] = commands;
  if (first === undefined) throw new Error('of what?');
  return connector.undo(effectOf(first, ...more), aCall());
};
const verify = (connector: Connector, command: ReturnType<typeof onAddress>) =>
  connector.verify(effectOf(command), aCall());

/** What somebody does right before the nth request of an operation. */
const before = (operation: string, nth: number | 'each', act: () => void): void => {
  let times = 0;
  model.disturb = (asked, when) => {
    if (asked !== operation || when !== 'before') return;
    times += 1;
    if (nth === 'each' || times === nth) act();
  };
};

describe('an IP set of AWS WAF', () => {
  const inSet = () => {
    const set = model.set();
    const connector = connectorTo({ waf: { scope: 'REGIONAL', ipv4: { name: set.name, id: set.id } } });
    const byHand = (address: string): void => {
      set.addresses.push(address);
      set.token = randomUUID();
    };
    return { set, connector, byHand };
  };

  it('keeps what somebody else adds between our look and our change', async () => {
    const { set, connector, byHand } = inSet();
    before('UpdateIPSet', 1, () => byHand('192.0.2.1/32'));
    const command = onAddress();
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(set.addresses).toEqual(['192.0.2.1/32', '203.0.113.7/32']);
    before('UpdateIPSet', 1, () => byHand('192.0.2.2/32'));
    expect(await undo(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(set.addresses).toEqual(['192.0.2.1/32', '192.0.2.2/32']);
    expect([...set.tags]).toEqual([]);
  });

  it('that others change each time is busy: tried again later, and nothing of ours is in it', async () => {
    const { set, connector, byHand } = inSet();
    before('UpdateIPSet', 'each', () => byHand(`192.0.2.${set.addresses.length}/32`));
    const command = onAddress();
    expect(await execute(connector, command)).toMatchObject({
      kind: 'failed',
      error: { code: 'busy', retryable: true },
    });
    expect(set.addresses).not.toContain('203.0.113.7/32');
    model.disturb = () => undefined;
    expect(await verify(connector, command)).toMatchObject({ state: 'absent' });
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded' });
    before('UpdateIPSet', 'each', () => byHand(`192.0.2.${set.addresses.length}/32`));
    expect(await undo(connector, command)).toMatchObject({ kind: 'failed', error: { code: 'busy', retryable: true } });
  });

  it('keeps an address that somebody else had put into it before us, in whatever spelling, and tells it', async () => {
    const set = model.set('IPV6');
    set.addresses.push('2001:0DB8:0000:0000:0000:0000:0000:0007/128');
    set.description = 'somebody else’s';
    const connector = connectorTo({ waf: { scope: 'REGIONAL', ipv6: { name: set.name, id: set.id } } });
    const command = onAddress('2001:db8::7');
    const listed = async () => {
      const effects = await connector.list(aCall());
      return effects.ok ? effects.value : effects.error;
    };
    expect(await listed()).toEqual([{ action: 'block_ip', target: { type: 'ip', value: '2001:db8::7' } }]);
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded', before: { listed: true } });
    expect(await verify(connector, command)).toMatchObject({ state: 'present', seen: { others: true } });
    expect(await undo(connector, command)).toMatchObject({ kind: 'succeeded', text: expect.stringMatching(/stays/) });
    expect(set.addresses).toEqual(['2001:0DB8:0000:0000:0000:0000:0000:0007/128']);
    expect([set.description, [...set.tags]]).toEqual(['somebody else’s', []]);
    const other = onAddress('2001:db8::8');
    await execute(connector, other);
    expect(set.description).toBe('somebody else’s');
  });

  it('lets go of an address only with the last of two orders', async () => {
    const { set, connector } = inSet();
    const [one, other] = [onAddress(), onAddress()];
    for (const command of [one, other]) await execute(connector, command);
    await undo(connector, one);
    expect(set.addresses).toEqual(['203.0.113.7/32']);
    expect(await verify(connector, one)).toMatchObject({ state: 'absent' });
    expect(await verify(connector, other)).toMatchObject({ state: 'present' });
    await undo(connector, other);
    expect(set.addresses).toEqual([]);
  });

  it('is not taken for blocking where it went out between our look and our tag', async () => {
    const { set, connector, byHand } = inSet();
    byHand('203.0.113.7/32');
    before('TagResource', 1, () => {
      set.addresses = [];
      set.token = randomUUID();
    });
    const command = onAddress();
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(set.addresses).toEqual(['203.0.113.7/32']);
    await undo(connector, command);
    expect(set.addresses).toEqual([]);
  });

  it('whose tags come in pages is read to their end, and one without an end is not believed', async () => {
    const { set, connector } = inSet();
    const commands = [...Array(7).keys()].map((n) => onAddress(`203.0.113.${n}`));
    for (const command of commands) await execute(connector, command);
    const last = commands.at(-1);
    if (last === undefined) throw new Error('none');
    expect(await verify(connector, last)).toMatchObject({ state: 'present' });
    model.pageSize = 0;
    expect(await verify(connector, last)).toMatchObject({ state: 'unknown' });
    expect(await undo(connector, last)).toMatchObject({ kind: 'failed', error: { code: 'bad_answer' } });
    expect(set.addresses).toHaveLength(7);
  });

  it('that is full says so before and at the order, and gets no tag', async () => {
    const { set, connector } = inSet();
    for (let n = 0; n < 50; n += 1) set.tags.set(`cost-${n}`, 'x');
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', cannot: [{ action: 'block_ip' }] });
    expect(await execute(connector, onAddress())).toMatchObject({
      kind: 'failed',
      error: { code: 'full', retryable: false },
    });
    set.tags.clear();
    set.addresses = [...Array(10_000).keys()].map((n) => `10.${n >> 8}.${n & 255}.0/24`);
    expect(await execute(connector, onAddress())).toMatchObject({ kind: 'failed', error: { code: 'full' } });
    expect(set.tags.size).toBe(0);
  });

  it('loses tags of effects that are over, and none of an order that may be under way', async () => {
    const { set, connector } = inSet();
    const [gone, young] = [onAddress('203.0.113.1'), onAddress('203.0.113.2')];
    await execute(connector, gone);
    now += 3_600_000;
    await execute(connector, young);
    set.addresses = [];
    set.token = randomUUID();
    const next = onAddress('203.0.113.3');
    await execute(connector, next);
    const ids = [...set.tags.keys()].map((key) => key.slice(7));
    expect(ids.sort()).toEqual([young.command_id, next.command_id].sort());
  });

  it.each([
    ['ThrottlingException', 400, { kind: 'failed', error: { code: 'throttled', retryable: true } }],
    ['WAFUnavailableEntityException', 400, { kind: 'failed', error: { retryable: true } }],
    ['WAFInvalidParameterException', 400, { kind: 'failed', error: { retryable: false } }],
    ['AccessDeniedException', 400, { kind: 'failed', error: { retryable: false } }],
    ['WAFInternalErrorException', 500, { kind: 'unknown', error: { retryable: true } }],
  ])(
    'that answers %s (%i) to the change is understood, asked once, and keeps no tag but where nobody knows',
    async (code, status, outcome) => {
      const { set, connector } = inSet();
      before('UpdateIPSet', 'each', () => {
        throw refusal(code, 'no', status);
      });
      expect(await execute(connector, onAddress())).toMatchObject(outcome);
      expect(model.operations.filter((each) => each === 'UpdateIPSet')).toHaveLength(1);
      expect(set.tags.size).toBe(outcome.kind === 'unknown' ? 1 : 0);
    },
  );

  it('is not changed once the permit is gone, whatever was read before', async () => {
    const { set, connector } = inSet();
    const mayStart = (): boolean => !model.operations.includes('TagResource');
    expect(await execute(connector, onAddress(), mayStart)).toMatchObject({ kind: 'not_started' });
    expect(model.operations).toEqual(['GetIPSet', 'ListTagsForResource', 'TagResource']);
    expect(set.addresses).toEqual([]);
  });

  it('of the other kind of addresses is not written to', async () => {
    const { set, connector } = inSet();
    expect(await execute(connector, onAddress('2001:db8::7'))).toMatchObject({ error: { code: 'no_set' } });
    const swapped = connectorTo({ waf: { scope: 'REGIONAL', ipv6: { name: set.name, id: set.id } } });
    expect(await swapped.status(aCall())).toMatchObject({
      state: 'degraded',
      text: expect.stringMatching(/not for IPv6/),
    });
    expect(await execute(swapped, onAddress('2001:db8::7'))).toMatchObject({ error: { code: 'no_set' } });
    for (const value of ['web-1', '10.0.0.0/7', '2001::/15', '0.0.0.0/0'])
      expect(await execute(connector, onAddress(value))).toMatchObject({ error: { code: 'bad_target' } });
    expect(set.addresses).toEqual([]);
  });
});

describe('a network ACL', () => {
  const inAcl = (directions = ['ingress', 'egress'], change = {}) => {
    const acl = model.acl(change);
    const network_acl = { id: acl.id, first_rule: 10, last_rule: 12, directions };
    const ours = () =>
      acl.entries
        .filter(({ rule }) => rule < 100)
        .map(({ rule, egress, cidr }) => `${rule} ${egress ? 'out' : 'in'} ${cidr}`);
    return { acl, connector: connectorTo({ network_acl }), ours };
  };
  const entry = { egress: false, cidr: '192.0.2.1/32', action: 'deny', protocol: '-1' };

  it('denies in both directions, by numbers of our range that nobody has', async () => {
    const { acl, connector, ours } = inAcl();
    acl.entries.push({ ...entry, rule: 10, egress: true });
    const [one, six] = [onAddress(), onAddress('2001:db8::/32')];
    expect(await execute(connector, one)).toMatchObject({ kind: 'succeeded', after: { rule: 11 } });
    expect(await execute(connector, six)).toMatchObject({ kind: 'succeeded', after: { rule: 12 } });
    expect(ours()).toEqual([
      '10 out 192.0.2.1/32',
      '11 in 203.0.113.7/32',
      '11 out 203.0.113.7/32',
      '12 in 2001:db8::/32',
      '12 out 2001:db8::/32',
    ]);
    expect(await execute(connector, onAddress('203.0.113.8'))).toMatchObject({
      error: { code: 'full', retryable: false },
    });
    expect(await undo(connector, one)).toMatchObject({ kind: 'succeeded' });
    expect(await undo(connector, six)).toMatchObject({ kind: 'succeeded' });
    expect([ours(), [...acl.tags]]).toEqual([['10 out 192.0.2.1/32'], []]);
  });

  it('gives another number to who was second, and nothing of the first try stays', async () => {
    const { acl, connector, ours } = inAcl();
    before('CreateNetworkAclEntry', 2, () => acl.entries.push({ ...entry, rule: 10, egress: true }));
    const command = onAddress();
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded', after: { rule: 11 } });
    expect(ours()).toEqual(['10 out 192.0.2.1/32', '11 in 203.0.113.7/32', '11 out 203.0.113.7/32']);
    expect([...acl.tags.values()]).toEqual([expect.stringMatching(/^11 203\.0\.113\.7\/32 /)]);
  });

  it('says unknown of one direction without the other, and goes on from there when told again', async () => {
    const { connector, ours } = inAcl();
    before('CreateNetworkAclEntry', 2, () => {
      throw refusal('InternalError', 'no', 500);
    });
    const command = onAddress();
    expect(await execute(connector, command)).toMatchObject({ kind: 'unknown', error: { retryable: true } });
    expect(ours()).toEqual(['10 in 203.0.113.7/32']);
    expect(await verify(connector, command)).toMatchObject({ state: 'unknown', seen: { denied: ['ingress'] } });
    model.disturb = () => undefined;
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded', after: { rule: 10 } });
    expect(await verify(connector, command)).toMatchObject({ state: 'present' });
    expect(await undo(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(ours()).toEqual([]);
  });

  it('that lets the address through before is not written to; nor is it called present when that comes later', async () => {
    const { acl, connector, ours } = inAcl(['ingress']);
    const command = onAddress();
    await execute(connector, command);
    const allow = { ...entry, rule: 5, cidr: '203.0.0.0/16', action: 'allow', protocol: '6' };
    acl.entries.push(allow);
    expect(await verify(connector, command)).toMatchObject({ state: 'unknown', seen: { allowed_before: [5] } });
    expect(await execute(connector, onAddress('203.0.114.1'))).toMatchObject({ error: { code: 'allowed_before' } });
    expect(await execute(connector, onAddress('198.51.100.1'))).toMatchObject({ kind: 'succeeded' });
    acl.entries.push({ ...allow, rule: 6, cidr: '0.0.0.0/0' });
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', cannot: [{ action: 'block_ip' }] });
    expect(ours()).toHaveLength(4);
    // Outgoing traffic is another list.
    acl.entries = acl.entries.map((each) => (each.rule === 6 ? { ...each, egress: true } : each));
    expect(await connector.status(aCall())).toMatchObject({ state: 'ok' });
  });

  it('keeps a rule of ours that somebody rewrote, and one that another order holds', async () => {
    const { acl, connector, ours } = inAcl(['ingress']);
    const [one, other] = [onAddress(), onAddress()];
    for (const command of [one, other]) await execute(connector, command);
    expect(ours()).toEqual(['10 in 203.0.113.7/32']);
    await undo(connector, one);
    expect(ours()).toEqual(['10 in 203.0.113.7/32']);
    acl.entries = acl.entries.map((each) => (each.rule === 10 ? { ...each, cidr: '203.0.113.0/24' } : each));
    expect(await verify(connector, other)).toMatchObject({ state: 'absent' });
    expect(await undo(connector, other)).toMatchObject({ kind: 'succeeded' });
    expect([ours(), [...acl.tags]]).toEqual([['10 in 203.0.113.0/24'], []]);
    expect(await connector.status(aCall())).toMatchObject({
      state: 'degraded',
      text: expect.stringMatching(/rule 10 lies/),
    });
  });

  it('gives the number of an effect that is over to nobody until its tag is old', async () => {
    const { acl, connector } = inAcl(['ingress']);
    const gone = onAddress();
    await execute(connector, gone);
    acl.entries = acl.entries.filter(({ rule }) => rule !== 10);
    const rules: unknown[] = [];
    for (const value of ['203.0.113.7', '203.0.113.8', '203.0.113.9']) {
      const outcome = await execute(connector, onAddress(value));
      rules.push(outcome.kind === 'succeeded' ? outcome.after : outcome);
    }
    expect(rules).toMatchObject([{ rule: 11 }, { rule: 12 }, { error: { code: 'full' } }]);
    now += 3_600_000;
    expect(await execute(connector, onAddress('203.0.113.9'))).toMatchObject({ after: { rule: 10 } });
    expect(acl.tags.has(`reflex:${gone.command_id}`)).toBe(false);
  });

  it('that is full gets no tag', async () => {
    const { acl, connector } = inAcl(['ingress'], { mostEntries: 2 });
    expect(await execute(connector, onAddress())).toMatchObject({ kind: 'failed', error: { code: 'full' } });
    expect(acl.tags.size).toBe(0);
  });
});

describe('the access keys of a user', () => {
  const keys = () => connectorTo({ access_keys: { account_realms: ['123456789012'], plain_names: true } });
  const statesOf = (name: string) => [...(model.users.get(name)?.keys.values() ?? [])];

  it('become inactive, and of them exactly those active again that were', async () => {
    const [used, unused] = [keyId(), keyId()];
    const user = model.user('ana', [used, unused]);
    user.keys.set(unused, 'Inactive');
    const connector = keys();
    const command = onUser('123456789012\\ana');
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded', before: { active: [used] } });
    expect(statesOf('ana')).toEqual(['Inactive', 'Inactive']);
    expect(await verify(connector, command)).toMatchObject({
      state: 'present',
      text: expect.stringMatching(/sessions are not/),
    });
    expect(await undo(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect([statesOf('ana'), [...user.tags]]).toEqual([['Active', 'Inactive'], []]);
  });

  it('are listed page by page, and a page that promises more without saying where is not believed', async () => {
    const ids = [...Array(5).keys()].map(() => keyId());
    model.user('ana', ids);
    const connector = keys();
    const command = onUser('ana');
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(statesOf('ana')).toEqual(ids.map(() => 'Inactive'));
    for (let n = 0; n < 9; n += 1) model.user(`u-${n}`);
    const listed = await connector.list(aCall());
    expect(listed).toEqual({
      ok: true,
      value: [{ action: 'disable_user', target: { type: 'user', value: 'ana' }, command_id: command.command_id }],
    });
    model.pageSize = 0;
    expect(await connector.list(aCall())).toMatchObject({ ok: false });
    expect(await execute(connector, onUser('u-1'))).toMatchObject({ kind: 'failed', error: { code: 'bad_answer' } });
    expect(statesOf('u-1')).toEqual(['Active', 'Active']);
  });

  it('are partly inactive where the second request fails: unknown, and told again it goes on', async () => {
    model.user('ana');
    const connector = keys();
    const command = onUser('ana');
    before('UpdateAccessKey', 2, () => {
      throw refusal('ServiceFailure', 'no', 500);
    });
    expect(await execute(connector, command)).toMatchObject({ kind: 'unknown', error: { retryable: true } });
    expect(await verify(connector, command)).toMatchObject({ state: 'unknown' });
    model.disturb = () => undefined;
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(await undo(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect(statesOf('ana')).toEqual(['Active', 'Active']);
  });

  it('that somebody made active again are held by the new order alone', async () => {
    const user = model.user('ana');
    const connector = keys();
    const [old, next] = [onUser('ana'), onUser('ana')];
    await execute(connector, old);
    const [first = ''] = user.keys.keys();
    user.keys.set(first, 'Active');
    await execute(connector, next);
    expect([...user.tags.keys()]).toEqual([`reflex:${next.command_id}`]);
    expect(await undo(connector, next)).toMatchObject({ kind: 'succeeded' });
    expect(statesOf('ana')).toEqual(['Active', 'Active']);
  });

  it('of a user who was renamed are active again, and not those of who has the name now', async () => {
    const user = model.user('ana');
    const connector = keys();
    const command = onUser('ana');
    await execute(connector, command);
    model.users.delete('ana');
    user.name = 'ana-old';
    model.users.set('ana-old', user);
    const namesake = model.user('ana', [keyId()]);
    namesake.keys.set([...namesake.keys.keys()][0] ?? '', 'Inactive');
    expect(await verify(connector, command)).toMatchObject({ state: 'present', seen: { user_name: 'ana-old' } });
    expect(await undo(connector, command)).toMatchObject({ kind: 'succeeded' });
    expect([statesOf('ana-old'), statesOf('ana')]).toEqual([['Active', 'Active'], ['Inactive']]);
  });

  it('are left alone where the order is about nobody, somebody else, Reflex itself, or who has none', async () => {
    model.user('ana');
    model.user('reflex', ['AKIAREFLEXITSELF0001']);
    model.user('console-only', []);
    const connector = keys();
    for (const [value, code] of [
      ['nobody', 'no_such_account'],
      ['other\\ana', 'other_realm'],
      ['ana@corp.example', 'other_realm'],
      ['.\\ana', 'other_realm'],
      ['S-1-5-21-1-2-3-1001', 'bad_target'],
      ['reflex', 'own_account'],
      ['console-only', 'no_access_key'],
    ] as const)
      expect([value, await execute(connector, onUser(value))]).toMatchObject([
        value,
        { kind: 'failed', error: { code, retryable: false } },
      ]);
    const strict = connectorTo({ access_keys: { account_realms: ['123456789012'], plain_names: false } });
    expect(await execute(strict, onUser('ana'))).toMatchObject({ error: { code: 'other_realm' } });
    expect(model.operations).not.toContain('UpdateAccessKey');
    expect(model.operations).not.toContain('TagUser');
  });

  it('of users that IAM calls by their mail address are found by it', async () => {
    model.user('ana@corp.example');
    const connector = connectorTo({
      access_keys: { account_realms: ['corp.example'], plain_names: false, usernames: 'mail' },
    });
    const command = onUser('corp.example\\ana');
    expect(await execute(connector, command)).toMatchObject({ kind: 'succeeded' });
    const listed = await connector.list(aCall());
    expect(listed.ok && listed.value.map(({ target }) => target.value)).toEqual(['ana@corp.example']);
  });
});
