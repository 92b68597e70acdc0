import { CreateNetworkAclCommand, CreateVpcCommand, DescribeNetworkAclsCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateAccessKeyCommand,
  CreateUserCommand,
  IAMClient,
  ListAccessKeysCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateIPSetCommand, GetIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { randomUUID } from 'crypto';
import { describeConnector } from '../../../test/contracts/connector';
import { blocksOf, textOf } from '../../../test/docs/guide_blocks';
import { awsParameters } from '../../../test/targets/aws_model';
import { AWS_SERVICES, awsConnectorTo, awsRig, type AwsPlace } from '../../../test/targets/aws_rig';
import { aCall, aClearedCommand, effectOf } from '../../../test/targets/commands';
import { startMoto, whyNotMoto, type Moto } from '../../../test/targets/moto';
import { suiteUnless } from '../../../test/targets/suite_unless';
import type { Connector } from '../connector';
import { makeConnectors } from '../registry';

/* Against moto: what is proven is the shape of calls and answers. Nobody ran it against AWS. */

const why = whyNotMoto();
if (why !== undefined) process.stdout.write(`SKIPPED: aws.integration: ${why}\n`);
const suite = suiteUnless(why);

let moto: Moto;

beforeAll(async () => {
  if (why !== undefined) return;
  moto = await startMoto();
  process.stdout.write(`moto answered after ${moto.startedInMs} ms\n`);
}, 300_000);

afterAll(async () => {
  if (why === undefined) await moto.stop();
});

const asAdmin = () => {
  const credentials = { accessKeyId: 'AKIAADMINISTRATOR001', secretAccessKey: 'of-an-administrator-of-the-test' };
  const config = { region: 'us-east-1', endpoint: moto.url, credentials };
  return { waf: new WAFV2Client(config), ec2: new EC2Client(config), iam: new IAMClient(config) };
};

const makeSet = async (IPAddressVersion: 'IPV4' | 'IPV6' = 'IPV4', Addresses: string[] = []) => {
  const name = `reflex-${randomUUID()}`;
  const input = { Name: name, Scope: 'REGIONAL' as const, IPAddressVersion, Addresses, Description: 'of the test' };
  const { Summary } = await asAdmin().waf.send(new CreateIPSetCommand(input));
  return { name, id: Summary?.Id ?? '' };
};

const makeAcl = async (): Promise<string> => {
  const { ec2 } = asAdmin();
  const { Vpc } = await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const { NetworkAcl } = await ec2.send(new CreateNetworkAclCommand({ VpcId: Vpc?.VpcId }));
  return NetworkAcl?.NetworkAclId ?? '';
};

const makeUser = async (keys = 1): Promise<string> => {
  const { iam } = asAdmin();
  const UserName = `user-${randomUUID()}`;
  await iam.send(new CreateUserCommand({ UserName }));
  for (let made = 0; made < keys; made += 1) await iam.send(new CreateAccessKeyCommand({ UserName }));
  return UserName;
};

const MOST_COMMANDS = 60;

const place = async (): Promise<AwsPlace> => ({
  port: moto.port,
  set: await makeSet(),
  acl: await makeAcl(),
  users: await Promise.all([...Array(MOST_COMMANDS).keys()].map(() => makeUser())),
  dispose: async () => undefined,
});

for (const service of AWS_SERVICES) describeConnector(`aws (${service}), on moto`, () => awsRig(service, place), why);

const onAddress = (value: string) => aClearedCommand({ target: { type: 'ip', value } });
const onUser = (value: string) => aClearedCommand({ action: 'disable_user', target: { type: 'user', value } });

suite('addresses at moto', () => {
  it('are blocked in the set of their kind, in whatever spelling, and nothing else of it changes', async () => {
    const { waf } = asAdmin();
    const [ipv4, ipv6] = [await makeSet('IPV4', ['192.0.2.0/24']), await makeSet('IPV6', ['2001:db8:1::/48'])];
    const connector = awsConnectorTo(moto.url, { waf: { scope: 'REGIONAL', ipv4, ipv6 } });
    const commands = ['203.0.113.7', '203.0.113.64/26', '2001:DB8:0:0::7'].map(onAddress);
    for (const command of commands)
      expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded' });
    const addressesOf = async (set: { name: string; id: string }) =>
      (await waf.send(new GetIPSetCommand({ Name: set.name, Id: set.id, Scope: 'REGIONAL' }))).IPSet;
    expect((await addressesOf(ipv4))?.Addresses).toEqual(['192.0.2.0/24', '203.0.113.7/32', '203.0.113.64/26']);
    expect((await addressesOf(ipv6))?.Addresses).toEqual(['2001:db8:1::/48', '2001:db8::7/128']);
    for (const command of commands)
      expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await addressesOf(ipv4)).toMatchObject({ Addresses: ['192.0.2.0/24'], Description: 'of the test' });
    expect((await addressesOf(ipv6))?.Addresses).toEqual(['2001:db8:1::/48']);
  }, 60_000);

  it('land all of them where eight orders change one set at once', async () => {
    const ipv4 = await makeSet();
    const connector = awsConnectorTo(
      moto.url,
      { waf: { scope: 'REGIONAL', ipv4 } },
      { timeouts: { total_ms: 60_000 } },
    );
    const commands = [...Array(8).keys()].map((n) => onAddress(`203.0.113.${n}`));
    const act = async (command: (typeof commands)[number]): Promise<string> => {
      for (let tries = 0; tries < 10; tries += 1) {
        const outcome = await connector.execute(command, aCall());
        if (outcome.kind === 'succeeded') return outcome.kind;
        if (outcome.kind !== 'failed' || outcome.error.code !== 'busy') return JSON.stringify(outcome);
      }
      return 'busy';
    };
    expect(await Promise.all(commands.map(act))).toEqual(commands.map(() => 'succeeded'));
    const listed = await connector.list(aCall());
    expect(listed.ok && listed.value.map(({ command_id: id }) => id).sort()).toEqual(
      commands.map(({ command_id: id }) => id).sort(),
    );
  }, 120_000);

  it('are denied in both directions of a network ACL, and allowed again', async () => {
    const { ec2 } = asAdmin();
    const id = await makeAcl();
    const network_acl = { id, first_rule: 10, last_rule: 19, directions: ['ingress', 'egress'] };
    const connector = awsConnectorTo(moto.url, { network_acl });
    const rulesOf = async () =>
      ((await ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [id] }))).NetworkAcls?.[0]?.Entries ?? [])
        .filter(({ RuleNumber = 0 }) => RuleNumber < 32_767)
        .map(({ RuleNumber, Egress, CidrBlock, RuleAction }) => [RuleNumber, Egress, CidrBlock, RuleAction]);
    const command = onAddress('203.0.113.7');
    expect(await connector.execute(command, aCall())).toMatchObject({ kind: 'succeeded', after: { rule: 10 } });
    expect(await rulesOf()).toEqual(
      expect.arrayContaining([
        [10, false, '203.0.113.7/32', 'deny'],
        [10, true, '203.0.113.7/32', 'deny'],
      ]),
    );
    expect(await connector.verify(effectOf(command), aCall())).toMatchObject({ state: 'present' });
    expect(await connector.undo(effectOf(command), aCall())).toMatchObject({ kind: 'succeeded' });
    expect(await rulesOf()).toEqual([]);
  }, 60_000);
});

suite('the policy of the guide', () => {
  /* moto judges the action of a request alone: resources and conditions are left out. AWS was not asked about them. */
  const policies = blocksOf(textOf('docs/guides/connect_aws.md'))
    .filter(({ language }) => language === 'json')
    .map(({ text }) => JSON.parse(text) as { Statement: Array<{ Effect: string; Action: string[] }> })
    .filter(({ Statement }) => Array.isArray(Statement));

  afterEach(() => moto.enforce(false));

  /** The connector as a user that may do these things and nothing else. */
  const asUserWith = async (actions: readonly string[], service: object): Promise<Connector> => {
    const { iam } = asAdmin();
    const UserName = await makeUser(0);
    const Statement = [{ Effect: 'Allow', Action: actions, Resource: '*' }];
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutUserPolicyCommand({ UserName, PolicyName: 'reflex', PolicyDocument }));
    const key = await iam.send(new CreateAccessKeyCommand({ UserName }));
    const { AccessKeyId, SecretAccessKey } = key.AccessKey ?? {};
    const secret = JSON.stringify({ AccessKey: { AccessKeyId, SecretAccessKey } });
    const config = { name: 'cloud', kind: 'aws', parameters: awsParameters(moto.url, service) };
    const made = makeConnectors([config], () => secret);
    const connector = made.connectors.get('cloud');
    if (connector === undefined) throw new Error(JSON.stringify(made.faults));
    return connector;
  };

  const everything = async (connector: Connector, command: ReturnType<typeof onAddress>): Promise<boolean> => {
    const effect = effectOf(command);
    const done = [
      (await connector.status(aCall())).state === 'ok',
      (await connector.execute(command, aCall())).kind === 'succeeded',
      (await connector.verify(effect, aCall())).state === 'present',
      (await connector.list(aCall())).ok,
      (await connector.undo(effect, aCall())).kind === 'succeeded',
      (await connector.verify(effect, aCall())).state === 'absent',
    ];
    return done.every(Boolean);
  };

  it.each<[index: number, what: string]>([
    [0, 'WAF'],
    [1, 'network ACL'],
    [2, 'access keys'],
  ])(
    '%i (%s) lets Reflex do what it must, and not one action of it could be left out',
    async (index) => {
      const actions = (policies[index]?.Statement ?? [])
        .filter(({ Effect }) => Effect === 'Allow')
        .flatMap((each) => each.Action);
      expect(actions.length).toBeGreaterThan(4);
      const service = [
        { waf: { scope: 'REGIONAL', ipv4: await makeSet() } },
        { network_acl: { id: await makeAcl(), first_rule: 10, last_rule: 19, directions: ['ingress'] } },
        { access_keys: { account_realms: ['123456789012'], plain_names: true } },
      ][index] as object;
      const target = async () => (index === 2 ? onUser(await makeUser()) : onAddress('203.0.113.9'));
      const whole = await asUserWith(actions, service);
      const command = await target();
      await moto.enforce(true);
      expect(await everything(whole, command)).toBe(true);
      for (const left of actions) {
        await moto.enforce(false);
        const less = await asUserWith(
          actions.filter((each) => each !== left),
          service,
        );
        const next = await target();
        await moto.enforce(true);
        expect([left, await everything(less, next)]).toEqual([left, false]);
      }
    },
    240_000,
  );

  it('refuses a key that it does not know, and the connector says so', async () => {
    const connector = awsConnectorTo(moto.url, { access_keys: { account_realms: [], plain_names: true } });
    const user = await makeUser();
    await moto.enforce(true);
    expect(await connector.status(aCall())).toMatchObject({ state: 'degraded', authorised: false });
    expect(await connector.execute(onUser(user), aCall())).toMatchObject({
      kind: 'failed',
      error: { retryable: false },
    });
    await moto.enforce(false);
    const { AccessKeyMetadata } = await asAdmin().iam.send(new ListAccessKeysCommand({ UserName: user }));
    expect(AccessKeyMetadata?.map(({ Status }) => Status)).toEqual(['Active']);
  }, 60_000);
});
