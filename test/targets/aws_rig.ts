import {
  CreateNetworkAclEntryCommand,
  DeleteNetworkAclEntryCommand,
  DescribeNetworkAclsCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import { IAMClient, ListAccessKeysCommand, ListUserTagsCommand, UpdateAccessKeyCommand } from '@aws-sdk/client-iam';
import { GetIPSetCommand, ListTagsForResourceCommand, UpdateIPSetCommand, WAFV2Client } from '@aws-sdk/client-wafv2';
import { randomUUID } from 'crypto';
import type { ConnectorRig } from '../contracts/connector';
import type { Connector } from '../../server/connectors/connector';
import { makeConnectors } from '../../server/connectors/registry';
import { AWS_CREDENTIALS, awsParameters } from './aws_model';
import { aCall, aClearedCommand } from './commands';
import { faultProxy } from './fault_proxy';

/* A connector to AWS on the contract, whatever stands for AWS. A person beside us works with the SDK as it comes. */

/** What is there for a connector to work on. */
export interface AwsPlace {
  readonly port: number;
  readonly set: { readonly name: string; readonly id: string };
  readonly acl: string;
  /** Users with one active key each that nobody touched: two are two requests, and a rig breaks off one. */
  readonly users: readonly string[];
  readonly dispose: () => Promise<void>;
}

const RULES = { first: 10, last: 99 };

const asPerson = ({ port }: AwsPlace) => {
  const config = {
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: { accessKeyId: 'AKIAAPERSON000000001', secretAccessKey: 'of-a-person-and-not-of-reflex' },
  };
  return { waf: new WAFV2Client(config), ec2: new EC2Client(config), iam: new IAMClient(config) };
};

export const awsConnectorTo = (url: string, service: object, change: object = {}): Connector => {
  const parameters = { ...awsParameters(url, service), timeouts: { connect_ms: 1_000, total_ms: 5_000 }, ...change };
  const made = makeConnectors([{ name: 'cloud', kind: 'aws', parameters }], () => AWS_CREDENTIALS);
  const connector = made.connectors.get('cloud');
  if (!connector) throw new Error(JSON.stringify(made.faults));
  return connector;
};

interface AwsTag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

const commandsIn = (tags: readonly AwsTag[]) =>
  tags.flatMap(({ Key = '', Value = '' }) => (Key.startsWith('reflex:') ? [{ id: Key.slice(7), value: Value }] : []));

let addresses = 0;
const freshAddress = (): string => {
  addresses += 1;
  return `198.18.${Math.floor(addresses / 250)}.${(addresses % 250) + 1}`;
};

interface Sort {
  readonly service: object;
  readonly order: string;
  readonly command: ConnectorRig['command'];
  readonly effects: ConnectorRig['effects'];
  readonly removeByHand: ConnectorRig['removeByHand'];
  /** Missing: another Reflex that shares the thing does it. */
  readonly addForeign?: ConnectorRig['addForeign'];
}

const onAddress: ConnectorRig['command'] = (change) =>
  aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change });

const wafSort = (place: AwsPlace): Sort => {
  const { waf } = asPerson(place);
  const name = { Name: place.set.name, Id: place.set.id, Scope: 'REGIONAL' as const };
  const read = () => waf.send(new GetIPSetCommand(name));
  return {
    service: { waf: { scope: 'REGIONAL', ipv4: place.set } },
    order: 'UpdateIPSet',
    command: onAddress,
    effects: async ({ value }) => {
      const { IPSet } = await read();
      if (!IPSet?.Addresses?.includes(`${value}/32`)) return [];
      const tags: AwsTag[] = [];
      let NextMarker: string | undefined;
      do {
        const page = await waf.send(new ListTagsForResourceCommand({ ResourceARN: IPSet.ARN, Limit: 100, NextMarker }));
        tags.push(...(page.TagInfoForResource?.TagList ?? []));
        NextMarker = page.NextMarker ?? undefined;
      } while (NextMarker !== undefined);
      const ours = commandsIn(tags).filter((each) => each.value.startsWith(`${value}/32 `));
      return ours.length === 0 ? ['a person'] : ours.map(({ id }) => id);
    },
    removeByHand: async ({ target }) => {
      const { IPSet, LockToken } = await read();
      const Addresses = (IPSet?.Addresses ?? []).filter((each) => each !== `${target.value}/32`);
      await waf.send(new UpdateIPSetCommand({ ...name, Addresses, LockToken }));
    },
  };
};

const aclSort = (place: AwsPlace): Sort => {
  const { ec2 } = asPerson(place);
  const read = async () =>
    (await ec2.send(new DescribeNetworkAclsCommand({ NetworkAclIds: [place.acl] }))).NetworkAcls?.[0];
  let foreign = 200;
  return {
    service: {
      network_acl: { id: place.acl, first_rule: RULES.first, last_rule: RULES.last, directions: ['ingress'] },
    },
    order: 'CreateNetworkAclEntry',
    command: onAddress,
    effects: async ({ value }) => {
      const acl = await read();
      const entries = (acl?.Entries ?? []).filter((each) => each.CidrBlock === `${value}/32`);
      const marks = commandsIn(acl?.Tags ?? []);
      const owners = entries.flatMap(({ RuleNumber: rule }) => {
        const ours = marks.filter((each) => each.value.startsWith(`${rule} ${value}/32 `)).map(({ id }) => id);
        return ours.length === 0 ? ['a person'] : ours;
      });
      return [...new Set(owners)];
    },
    addForeign: async ({ value }) => {
      foreign += 1;
      const entry = { NetworkAclId: place.acl, RuleNumber: foreign, Egress: false, Protocol: '-1' };
      await ec2.send(new CreateNetworkAclEntryCommand({ ...entry, RuleAction: 'deny', CidrBlock: `${value}/32` }));
      return 'a person';
    },
    removeByHand: async ({ target }) => {
      for (const { RuleNumber, Egress, CidrBlock } of (await read())?.Entries ?? [])
        if (CidrBlock === `${target.value}/32`)
          await ec2.send(new DeleteNetworkAclEntryCommand({ NetworkAclId: place.acl, RuleNumber, Egress }));
    },
  };
};

const keySort = (place: AwsPlace): Sort => {
  const { iam } = asPerson(place);
  const left = [...place.users];
  const keysOf = async (UserName: string) =>
    (await iam.send(new ListAccessKeysCommand({ UserName }))).AccessKeyMetadata ?? [];
  return {
    service: { access_keys: { account_realms: ['123456789012'], plain_names: true } },
    order: 'UpdateAccessKey',
    command: (change) => {
      const value = left.pop();
      if (value === undefined) throw new Error('more users are needed');
      return aClearedCommand({ action: 'disable_user', target: { type: 'user', value }, ...change });
    },
    effects: async ({ value }) => {
      if ((await keysOf(value)).some(({ Status }) => Status === 'Active')) return [];
      const tags = (await iam.send(new ListUserTagsCommand({ UserName: value }))).Tags ?? [];
      const ours = commandsIn(tags).map(({ id }) => id);
      return ours.length === 0 ? ['a person'] : ours;
    },
    removeByHand: async ({ target }) => {
      for (const { AccessKeyId } of await keysOf(target.value))
        await iam.send(new UpdateAccessKeyCommand({ UserName: target.value, AccessKeyId, Status: 'Active' }));
    },
  };
};

const SORTS = { waf: wafSort, network_acl: aclSort, access_keys: keySort };
export type AwsService = keyof typeof SORTS;
export const AWS_SERVICES = Object.keys(SORTS) as AwsService[];

/** @param make what stands for AWS, with something to work on */
export const awsRig = async (service: AwsService, make: () => Promise<AwsPlace>): Promise<ConnectorRig> => {
  const place = await make();
  const sort = SORTS[service](place);
  const proxy = await faultProxy(place.port);
  const beside = awsConnectorTo(`http://127.0.0.1:${place.port}`, sort.service);
  return {
    connector: awsConnectorTo(proxy.url, sort.service),
    proxy,
    command: sort.command,
    effects: sort.effects,
    // Another Reflex that shares it.
    addForeign:
      sort.addForeign ??
      (async (target) => {
        const action = target.type === 'user' ? 'disable_user' : 'block_ip';
        const command = aClearedCommand({ action, target, command_id: randomUUID() });
        const outcome = await beside.execute(command, aCall());
        if (outcome.kind !== 'succeeded') throw new Error(JSON.stringify(outcome));
        return command.command_id;
      }),
    removeByHand: sort.removeByHand,
    isOrder: ({ operation }) => operation === sort.order,
    dispose: async () => {
      await proxy.dispose();
      await place.dispose();
    },
  };
};
