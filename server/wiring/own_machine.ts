import { hostOfPlace, hostOfUrl } from '../../common/entity/names';
import { openSearchNodes } from '../adapters/opensearch/nodes';
import { ownMachineOf, resolveName, THIS_MACHINE } from '../adapters/system/own_machine';
import { realClock } from '../adapters/system/real_clock';
import type { HostParts } from '../hosts/host_parts';
import type { Settings } from '../hosts/settings';
import { OwnMachineKeeper } from '../runner/facts/own_machine';
import type { OwnSource, OwnThing } from '../runner/ports';

/* What belongs to this installation: what the machine says, what the settings name, where OpenSearch's nodes are. */

const ofAddress = (address: string, from: string): readonly OwnThing[] => {
  const host = hostOfUrl(address);
  return host === undefined ? [] : [{ text: host, from }];
};

/** Every address in the parameters of a connector, whatever its kind calls it. */
const addressesIn = (value: unknown): readonly string[] => {
  if (typeof value === 'string') return /^https?:\/\//i.test(value) ? [value] : [];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(addressesIn) : [];
};

const brokersOf = ({ intake: { sources } }: Settings): readonly OwnThing[] => [
  ...sources.kafka.flatMap(({ name, brokers }) =>
    brokers.map((broker) => ({ text: hostOfPlace(broker), from: `broker of Kafka \`${name}\`` })),
  ),
  ...sources.rabbitmq.flatMap(({ name, hosts }) =>
    hosts.map((host) => ({ text: hostOfPlace(host), from: `broker of RabbitMQ \`${name}\`` })),
  ),
];

/** What the settings name that Reflex calls, or is called by. */
export const namedInSettings = (
  settings: Settings,
  clusterHosts: readonly string[],
  ofDemo: Settings['connectors'] = [],
): readonly OwnThing[] => [
  ...[...clusterHosts, ...settings.opensearch.hosts].flatMap((host) => ofAddress(host, 'OpenSearch in the settings')),
  ...[...settings.connectors, ...ofDemo].flatMap(({ name, parameters }) =>
    addressesIn(parameters).flatMap((address) => ofAddress(address, `connector \`${name}\``)),
  ),
  ...settings.trustedProxies.flatMap((place) =>
    place.includes('/') ? [] : [{ text: place, from: 'proxy of `trusted_proxies`' }],
  ),
  ...brokersOf(settings),
  ...(settings.policies.git === undefined ? [] : ofAddress(settings.policies.git.remote, '`policies.git.remote`')),
  ...(settings.intake.publicUrl === undefined ? [] : ofAddress(settings.intake.publicUrl, '`intake.public_url`')),
];

/** Follows all of it; nothing is asked yet. */
export const ownMachine = (
  { settings, transport, log, clusterHosts = [] }: Pick<HostParts, 'settings' | 'transport' | 'log' | 'clusterHosts'>,
  ofDemo: Settings['connectors'],
): OwnMachineKeeper => {
  const things = namedInSettings(settings, clusterHosts, ofDemo);
  const named: OwnSource = { name: 'the settings', look: async () => ({ things, missing: [] }) };
  const sources = [ownMachineOf(THIS_MACHINE), named, openSearchNodes(transport)];
  return new OwnMachineKeeper({ sources, resolve: resolveName, clock: realClock, log });
};
