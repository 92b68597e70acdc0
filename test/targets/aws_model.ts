import { randomUUID } from 'crypto';
import type { IncomingMessage, ServerResponse } from 'http';
import { bodyOf, httpServer, type LoopbackServer } from './loopback_server';

/*
 * What of AWS WAF, EC2 and IAM a connector meets, on the wire as they speak: JSON 1.1, and forms with XML. Lock
 * tokens, rule numbers that only one entry can have, limits, lists in pages. `aws.integration.test.ts` runs the same
 * contract on moto. Signatures are not checked; nobody ran it beside the real AWS.
 */

type Fields = Readonly<Record<string, unknown>>;
type Tags = Map<string, string>;

/** An error as AWS says it. */
class AwsError extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

export interface ModelSet {
  readonly name: string;
  readonly id: string;
  readonly family: 'IPV4' | 'IPV6';
  description?: string | undefined;
  addresses: string[];
  token: string;
  readonly tags: Tags;
}

export interface ModelEntry {
  readonly rule: number;
  readonly egress: boolean;
  readonly cidr: string;
  readonly action: string;
  readonly protocol: string;
}

export interface ModelAcl {
  readonly id: string;
  entries: ModelEntry[];
  readonly tags: Tags;
  /** In each direction. */
  mostEntries: number;
}

export interface ModelUser {
  name: string;
  readonly keys: Map<string, 'Active' | 'Inactive'>;
  readonly tags: Tags;
}

/** Happens before or after an operation; what it returns is answered instead. */
export type Disturbance = (operation: string, when: 'before' | 'after') => void;

export interface AwsModel extends LoopbackServer {
  readonly set: (family?: 'IPV4' | 'IPV6') => ModelSet;
  readonly acl: (change?: Partial<ModelAcl>) => ModelAcl;
  readonly user: (name: string, keys?: readonly string[]) => ModelUser;
  readonly users: Map<string, ModelUser>;
  /** The operations that were carried out or refused, in order. */
  readonly operations: string[];
  /** The headers of the last request. */
  readonly headers: () => IncomingMessage['headers'];
  disturb: Disturbance;
  /** How many items a page has. */
  pageSize: number;
}

export const refusal = (code: string, message = 'no', status = 400): AwsError => new AwsError(code, message, status);

const MOST_TAGS = 50;

const setTags = (tags: Tags, more: ReadonlyArray<readonly [string, string]>, code: string): void => {
  const keys = new Set([...tags.keys(), ...more.map(([key]) => key)]);
  if (keys.size > MOST_TAGS) throw new AwsError(code, `at most ${MOST_TAGS} tags`);
  for (const [key, value] of more) tags.set(key, value);
};

const pageOf = <Item>(all: readonly Item[], marker: string | null, size: number) => {
  const first = Number(marker ?? 0);
  const more = first + size < all.length;
  return { items: all.slice(first, first + size), next: more ? String(first + size) : undefined };
};

export const keyId = (): string => `AKIA${randomUUID().replace(/-/g, '').toUpperCase().slice(0, 16)}`;

export const awsModel = async (): Promise<AwsModel> => {
  const sets = new Map<string, ModelSet>();
  const acls = new Map<string, ModelAcl>();
  const users = new Map<string, ModelUser>();
  const operations: string[] = [];
  let headers: IncomingMessage['headers'] = {};
  const arnOf = (id: string): string => `arn:aws:wafv2:eu-central-1:123456789012:regional/ipset/reflex/${id}`;

  const setNamed = (id: unknown): ModelSet => {
    const found = sets.get(String(id));
    if (found === undefined) throw new AwsError('WAFNonexistentItemException', 'it does not exist');
    return found;
  };

  const waf: Readonly<Record<string, (body: Fields) => object>> = {
    GetIPSet: ({ Id }) => {
      const { name, id, family, description, addresses, token } = setNamed(Id);
      return {
        IPSet: {
          Name: name,
          Id: id,
          ARN: arnOf(id),
          Description: description,
          IPAddressVersion: family,
          Addresses: addresses,
        },
        LockToken: token,
      };
    },
    UpdateIPSet: ({ Id, LockToken, Addresses, Description }) => {
      const set = setNamed(Id);
      if (set.token !== LockToken) throw new AwsError('WAFOptimisticLockException', 'the token is not the newest');
      set.addresses = [...new Set(Addresses as string[])];
      set.description = Description as string | undefined;
      set.token = randomUUID();
      return { NextLockToken: set.token };
    },
    ListTagsForResource: ({ ResourceARN, NextMarker }) => {
      const { tags } = setNamed(String(ResourceARN).split('/').at(-1));
      const page = pageOf([...tags], (NextMarker as string | undefined) ?? null, model.pageSize);
      const TagList = page.items.map(([Key, Value]) => ({ Key, Value }));
      return { TagInfoForResource: { ResourceARN, TagList }, NextMarker: page.next };
    },
    TagResource: ({ ResourceARN, Tags }) => {
      const more = (Tags as Array<{ Key: string; Value: string }>).map(({ Key, Value }) => [Key, Value] as const);
      setTags(setNamed(String(ResourceARN).split('/').at(-1)).tags, more, 'WAFLimitsExceededException');
      return {};
    },
    UntagResource: ({ ResourceARN, TagKeys }) => {
      const { tags } = setNamed(String(ResourceARN).split('/').at(-1));
      for (const key of TagKeys as string[]) tags.delete(key);
      return {};
    },
  };

  const aclNamed = (id: string | null): ModelAcl => {
    const found = acls.get(id ?? '');
    if (found === undefined) throw new AwsError('InvalidNetworkAclID.NotFound', 'it does not exist');
    return found;
  };
  const tagsIn = (form: URLSearchParams): ReadonlyArray<readonly [string, string | null]> =>
    [...form.keys()].flatMap((name) => {
      const [, index] = /^Tag\.(\d+)\.Key$/.exec(name) ?? [];
      return index === undefined ? [] : [[form.get(name) ?? '', form.get(`Tag.${index}.Value`)] as const];
    });

  const ec2: Readonly<Record<string, (form: URLSearchParams) => string>> = {
    DescribeNetworkAcls: (form) => {
      const { id, entries, tags } = aclNamed(form.get('NetworkAclId.1'));
      const written = entries.map(
        ({ rule, egress, cidr, action, protocol }) =>
          `<item><ruleNumber>${rule}</ruleNumber><egress>${egress}</egress><protocol>${protocol}</protocol>` +
          `<ruleAction>${action}</ruleAction><${cidr.includes(':') ? 'ipv6CidrBlock' : 'cidrBlock'}>${cidr}</${cidr.includes(':') ? 'ipv6CidrBlock' : 'cidrBlock'}></item>`,
      );
      const tagged = [...tags].map(([key, value]) => `<item><key>${key}</key><value>${value}</value></item>`);
      return (
        `<networkAclSet><item><networkAclId>${id}</networkAclId><entrySet>${written.join('')}</entrySet>` +
        `<tagSet>${tagged.join('')}</tagSet></item></networkAclSet>`
      );
    },
    CreateNetworkAclEntry: (form) => {
      const acl = aclNamed(form.get('NetworkAclId'));
      const [rule, egress] = [Number(form.get('RuleNumber')), form.get('Egress') === 'true'];
      const same = acl.entries.filter((each) => each.egress === egress);
      if (same.some((each) => each.rule === rule))
        throw new AwsError('NetworkAclEntryAlreadyExists', `rule ${rule} is there`);
      if (same.length >= acl.mostEntries) throw new AwsError('NetworkAclEntryLimitExceeded', 'no more entries');
      const cidr = form.get('CidrBlock') ?? form.get('Ipv6CidrBlock') ?? '';
      const [action, protocol] = [form.get('RuleAction') ?? '', form.get('Protocol') ?? ''];
      acl.entries.push({ rule, egress, cidr, action, protocol });
      return '<return>true</return>';
    },
    DeleteNetworkAclEntry: (form) => {
      const acl = aclNamed(form.get('NetworkAclId'));
      const [rule, egress] = [Number(form.get('RuleNumber')), form.get('Egress') === 'true'];
      const left = acl.entries.filter((each) => each.rule !== rule || each.egress !== egress);
      if (left.length === acl.entries.length) throw new AwsError('InvalidNetworkAclEntry.NotFound', 'no such rule');
      acl.entries = left;
      return '<return>true</return>';
    },
    CreateTags: (form) => {
      const more = tagsIn(form).map(([key, value]) => [key, value ?? ''] as const);
      setTags(aclNamed(form.get('ResourceId.1')).tags, more, 'TagLimitExceeded');
      return '<return>true</return>';
    },
    DeleteTags: (form) => {
      const { tags } = aclNamed(form.get('ResourceId.1'));
      for (const [key, value] of tagsIn(form)) if (value === null || tags.get(key) === value) tags.delete(key);
      return '<return>true</return>';
    },
  };

  const userNamed = (name: string | null): ModelUser => {
    const found = [...users.values()].find((each) => each.name === name);
    if (found === undefined) throw new AwsError('NoSuchEntity', `the user ${name ?? ''} does not exist`, 404);
    return found;
  };
  const members = (items: readonly string[]): string => items.map((each) => `<member>${each}</member>`).join('');
  const tagMembers = (tags: Iterable<readonly [string, string]>): string =>
    members([...tags].map(([key, value]) => `<Key>${key}</Key><Value>${value}</Value>`));
  const ending = (next: string | undefined): string =>
    next === undefined ? '<IsTruncated>false</IsTruncated>' : `<IsTruncated>true</IsTruncated><Marker>${next}</Marker>`;

  const iam: Readonly<Record<string, (form: URLSearchParams) => string>> = {
    ListAccessKeys: (form) => {
      const { name, keys } = userNamed(form.get('UserName'));
      const page = pageOf([...keys], form.get('Marker'), model.pageSize);
      const items = page.items.map(
        ([id, status]) => `<UserName>${name}</UserName><AccessKeyId>${id}</AccessKeyId><Status>${status}</Status>`,
      );
      return `<AccessKeyMetadata>${members(items)}</AccessKeyMetadata>${ending(page.next)}`;
    },
    UpdateAccessKey: (form) => {
      const { keys } = userNamed(form.get('UserName'));
      const id = form.get('AccessKeyId') ?? '';
      if (!keys.has(id)) throw new AwsError('NoSuchEntity', 'the access key does not exist', 404);
      keys.set(id, form.get('Status') as 'Active');
      return '';
    },
    ListUserTags: (form) => {
      const page = pageOf([...userNamed(form.get('UserName')).tags], form.get('Marker'), model.pageSize);
      return `<Tags>${tagMembers(page.items)}</Tags>${ending(page.next)}`;
    },
    TagUser: (form) => {
      const more = [...form.keys()].flatMap((name) => {
        const [, index] = /^Tags\.member\.(\d+)\.Key$/.exec(name) ?? [];
        return index === undefined
          ? []
          : [[form.get(name) ?? '', form.get(`Tags.member.${index}.Value`) ?? ''] as const];
      });
      setTags(userNamed(form.get('UserName')).tags, more, 'LimitExceeded');
      return '';
    },
    UntagUser: (form) => {
      const { tags } = userNamed(form.get('UserName'));
      for (const [name, key] of form) if (name.startsWith('TagKeys.member.')) tags.delete(key);
      return '';
    },
    GetAccountAuthorizationDetails: (form) => {
      const page = pageOf([...users.values()], form.get('Marker'), model.pageSize);
      const items = page.items.map(({ name, tags }) => `<UserName>${name}</UserName><Tags>${tagMembers(tags)}</Tags>`);
      return `<UserDetailList>${members(items)}</UserDetailList>${ending(page.next)}`;
    },
  };

  const xml = (response: ServerResponse, status: number, text: string): void => {
    response.writeHead(status, { 'content-type': 'text/xml;charset=UTF-8' }).end(text);
  };
  const json = (response: ServerResponse, status: number, body: object): void => {
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body));
  };

  const serve = (operation: string, text: string, response: ServerResponse): void => {
    const form = new URLSearchParams(text);
    const isWaf = waf[operation] !== undefined;
    const isIam = iam[operation] !== undefined;
    try {
      model.disturb(operation, 'before');
      if (isWaf) {
        const body = waf[operation]?.(JSON.parse(text) as Fields) ?? {};
        model.disturb(operation, 'after');
        return json(response, 200, body);
      }
      const inside = (isIam ? iam : ec2)[operation]?.(form);
      if (inside === undefined) throw new AwsError('InvalidAction', operation);
      model.disturb(operation, 'after');
      const result = isIam ? `<${operation}Result>${inside}</${operation}Result>` : inside;
      return xml(response, 200, `<${operation}Response>${result}</${operation}Response>`);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const { code, message, status } = error;
      if (isWaf) return json(response, status, { __type: code, Message: message });
      const inside = `<Error><Code>${code}</Code><Message>${message}</Message></Error>`;
      const whole = isIam
        ? `<ErrorResponse>${inside}<RequestId>r</RequestId></ErrorResponse>`
        : `<Response><Errors>${inside}</Errors><RequestID>r</RequestID></Response>`;
      return xml(response, status, whole);
    }
  };

  const server = await httpServer((request, response) => {
    void bodyOf(request).then((text) => {
      headers = request.headers;
      const target = String(request.headers['x-amz-target'] ?? '').split('.')[1];
      const operation = target ?? new URLSearchParams(text).get('Action') ?? '';
      operations.push(operation);
      serve(operation, text, response);
    });
  });

  const model: AwsModel = {
    ...server,
    users,
    operations,
    headers: () => headers,
    disturb: () => undefined,
    pageSize: 3,
    set: (family = 'IPV4') => {
      const id = randomUUID();
      const set = { name: `reflex-${family}`, id, family, addresses: [], token: randomUUID(), tags: new Map() };
      sets.set(id, set);
      return set;
    },
    acl: (change = {}) => {
      const id = `acl-${randomUUID().replace(/-/g, '').slice(0, 17)}`;
      const last = [false, true].map((egress) => ({
        rule: 32_767,
        egress,
        cidr: '0.0.0.0/0',
        action: 'deny',
        protocol: '-1',
      }));
      const allow = [false, true].map((egress) => ({
        rule: 1_000,
        egress,
        cidr: '0.0.0.0/0',
        action: 'allow',
        protocol: '-1',
      }));
      const acl: ModelAcl = { id, entries: [...allow, ...last], tags: new Map(), mostEntries: 200, ...change };
      acls.set(id, acl);
      return acl;
    },
    user: (name, ids = [keyId(), keyId()]) => {
      const user: ModelUser = { name, keys: new Map(ids.map((id) => [id, 'Active'])), tags: new Map() };
      users.set(name, user);
      return user;
    },
  };
  return model;
};

/** The secret that every test's connector signs with. */
export const AWS_CREDENTIALS = JSON.stringify({
  AccessKey: { AccessKeyId: 'AKIAREFLEXITSELF0001', SecretAccessKey: 'a-secret-access-key-of-reflex-itself-001' },
});

/** How a connector talks to it, and to moto. */
export const awsParameters = (url: string, service: object) => ({
  base_url: url,
  allow_addresses: ['127.0.0.1'],
  region: 'us-east-1',
  credentials: { secret: 'aws' },
  settle_time_ms: 0,
  ...service,
});
