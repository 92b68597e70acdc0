import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import {
  defineKind,
  makeHttpTarget,
  renewed,
  requestTimeoutMs,
  type ConnectorKind,
  type ParameterFault,
  type Secrets,
} from '../connector';
import { accessKeysHand } from './access_keys';
import { awsConnector } from './aws_connector';
import { AWS_PARAMETERS_SCHEMA, type AwsParameters } from './aws_parameters';
import { readCredentials, type Credentials } from './credentials';
import type { Hand } from './hand';
import { ipSetHand } from './ip_set';
import { loadEc2, loadIam, loadWaf } from './library';
import { networkAclHand } from './network_acl';
import { sdkConfig, type SdkConfig } from './sdk_config';
import { foldRealms, userOf } from './user_name';

const SERVICES = ['waf', 'network_acl', 'access_keys'] as const;
type Service = (typeof SERVICES)[number];

const GLOBAL_REGION = 'us-east-1';
const SETTLE_MS = { waf: 60_000, network_acl: 15_000, access_keys: 15_000 };
/** A rule of a network ACL has so few places that more numbers are a slip. */
const MOST_RULES = 100;

type Fault = (path: string, message: string) => void;

const serviceOf = (parameters: AwsParameters, fault: Fault): Service | undefined => {
  const said = SERVICES.filter((each) => parameters[each] !== undefined);
  if (said.length === 1) return said[0];
  if (said.length === 0) fault('waf', 'is missing, or `network_acl` or `access_keys` is');
  else said.slice(1).forEach((each) => fault(each, `cannot be beside \`${said[0]}\`: make a connector for each`));
  return undefined;
};

/** The public endpoint of a service; other partitions have names of their own. */
const endpointOf = ({ base_url: url, region }: AwsParameters, service: Service, fault: Fault): string => {
  if (url !== undefined) {
    if (!/^https?:\/\/[^/]+\/?$/i.test(url)) fault('base_url', 'must have no path');
    return url.replace(/\/$/, '');
  }
  if (/^(cn|us-gov|us-iso|us-isob|eu-isoe|eusc)-/.test(region))
    fault('base_url', 'is missing: the endpoints of this partition are not known here');
  if (service === 'access_keys') return 'https://iam.amazonaws.com';
  return `https://${service === 'waf' ? 'wafv2' : 'ec2'}.${region}.amazonaws.com`;
};

const checkService = (parameters: AwsParameters, fault: Fault): void => {
  const { region, base_url: url, waf, network_acl: acl, access_keys: keys } = parameters;
  const isElsewhere = region !== GLOBAL_REGION && url === undefined;
  if (waf?.scope === 'CLOUDFRONT' && region !== GLOBAL_REGION) fault('region', 'must be `us-east-1` for `CLOUDFRONT`');
  if (keys !== undefined && isElsewhere) fault('region', 'must be `us-east-1` for `access_keys`');
  if (acl !== undefined && acl.first_rule > acl.last_rule) fault('network_acl.last_rule', 'is lower than `first_rule`');
  if (acl !== undefined && acl.last_rule - acl.first_rule >= MOST_RULES)
    fault('network_acl.last_rule', `makes more than ${MOST_RULES} rules`);
  if (keys?.account_realms.length === 0 && !keys.plain_names)
    fault('access_keys.account_realms', 'is empty, and `plain_names` is false: every user would be refused');
};

const usersOf = ({
  account_realms: realms,
  plain_names: plainNames,
  usernames,
}: NonNullable<AwsParameters['access_keys']>) => ({
  realms: foldRealms(realms),
  plainNames,
  usernames: usernames ?? ('name' as const),
});

const checkTestUser = ({ access_keys: keys }: AwsParameters, fault: Fault): void => {
  if (keys?.test_user === undefined) return;
  const read = userOf({ type: 'user', value: keys.test_user }, usersOf(keys));
  if (!read.ok) fault('access_keys.test_user', read.error.message);
};

/** The one service that is configured, whose SDK is loaded here. */
const handOf = (parameters: AwsParameters, config: SdkConfig, now: () => Credentials): Hand | undefined => {
  const { waf, network_acl: acl, access_keys: keys } = parameters;
  if (waf !== undefined)
    return ipSetHand({ sdk: loadWaf(config), scope: waf.scope, sets: present({ 4: waf.ipv4, 6: waf.ipv6 }) });
  if (acl !== undefined) {
    const rules = { first: acl.first_rule, last: acl.last_rule };
    return networkAclHand({ sdk: loadEc2(config), id: acl.id, rules, directions: acl.directions });
  }
  if (keys === undefined) return undefined;
  const users = usersOf(keys);
  return accessKeysHand({ sdk: loadIam(config), users, ownKey: () => now().accessKeyId }, keys.test_user);
};

const liveCredentials = ({ credentials: ref }: AwsParameters, secrets: Secrets): Result<() => Credentials, string> => {
  const first = readCredentials(ref, secrets);
  return first.ok ? ok(renewed(first.value, () => readCredentials(ref, secrets))) : first;
};

const secretsIn = ({ secretAccessKey, sessionToken }: Credentials): readonly string[] => [
  secretAccessKey,
  ...(sessionToken === undefined ? [] : [sessionToken]),
];

/** Amazon Web Services: one service a connector. */
export const awsKind: ConnectorKind = defineKind<AwsParameters>({
  kind: 'aws',
  title: 'WAF, network ACLs and access keys (call shapes only)',
  parameters: AWS_PARAMETERS_SCHEMA,
  build: ({ name, parameters }, secrets, world) => {
    const faults: ParameterFault[] = [];
    const fault: Fault = (path, message) => void faults.push({ path, message });
    const credentials = liveCredentials(parameters, secrets);
    if (!credentials.ok) fault('credentials', credentials.error);
    const service = serviceOf(parameters, fault);
    checkService(parameters, fault);
    checkTestUser(parameters, fault);
    const endpoint = service === undefined ? undefined : endpointOf(parameters, service, fault);
    if (service === undefined || endpoint === undefined) return err(faults);
    const more = credentials.ok ? secretsIn(credentials.value()) : [];
    const target = makeHttpTarget({ ...parameters, base_url: endpoint }, secrets, { ...world, more });
    if (!target.ok) faults.push(...target.error);
    if (!credentials.ok || !target.ok || faults.length > 0) return err(faults);
    const now = (): Credentials => {
      const current = credentials.value();
      secretsIn(current).forEach((each) => target.value.hide(each));
      return current;
    };
    const hand = handOf(parameters, sdkConfig({ region: parameters.region, endpoint, credentials: now }), now);
    if (hand === undefined) return err(faults);
    const settleMs = parameters.settle_time_ms ?? SETTLE_MS[service];
    const timeoutMs = requestTimeoutMs(parameters);
    return ok(awsConnector({ name, target: target.value, hand, utc: world.utc, settleMs, timeoutMs }));
  },
});
