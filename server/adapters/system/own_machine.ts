import { getServers, lookup } from 'dns/promises';
import { readFile } from 'fs/promises';
import { hostname } from 'os';
import { spokenAddress } from '../../../common/entity/address';
import { firstLabel, hostOfUrl } from '../../../common/entity/names';
import { isOneHost } from '../../../common/entity/one_thing';
import type { OwnFound, OwnSource, OwnThing, ResolveName } from '../../runner/ports';
import { interfaceAddresses, ipv4Gateways, ipv6Gateways } from './gateways';

/* What this machine says of itself: its addresses and names, its gateways and its name servers. */

/** What of a machine is looked at. */
export interface Machine {
  readonly hostname: () => string;
  readonly interfaces: typeof interfaceAddresses;
  /** Name servers as this process knows them. */
  readonly nameServers: () => readonly string[];
  /** The content of a file; undefined where there is none that can be read. */
  readonly read: (file: string) => Promise<string | undefined>;
  readonly platform: string;
  readonly env: NodeJS.ProcessEnv;
}

/** This very machine. */
export const THIS_MACHINE: Machine = {
  hostname,
  interfaces: interfaceAddresses,
  nameServers: getServers,
  read: (file) => readFile(file, 'utf8').catch(() => undefined),
  platform: process.platform,
  env: process.env,
};

const RESOLV_CONF = '/etc/resolv.conf';
/** Where the servers stand that a stub on this machine asks. */
const BEHIND_THE_STUB = '/run/systemd/resolve/resolv.conf';

/** The values of one keyword of a `resolv.conf`. */
const valuesOf = (text: string, keyword: string): readonly string[] =>
  text.split('\n').flatMap((line) => {
    const [first, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    return first === keyword ? values : [];
  });

/** Without the port that Node writes behind an unusual one, and without a zone. */
const plainAddress = (server: string): string => spokenAddress(server)?.address ?? server;

const fromEach = (texts: readonly string[], from: string): readonly OwnThing[] =>
  [...new Set(texts)].map((text) => ({ text, from }));

/** Full names that `/etc/hosts` gives the host, and those that its search domains make of a short one. */
const fullNames = (host: string, hosts: string, domains: readonly string[]): readonly string[] => {
  const label = firstLabel(host) ?? host;
  const listed = hosts
    .split('\n')
    .map((line) => line.replace(/#.*$/, '').trim().split(/\s+/).slice(1))
    .filter((names) => names.some((name) => isOneHost(name, host) || isOneHost(name, label)))
    .flat()
    .filter((name) => isOneHost(firstLabel(name) ?? name, label));
  return [...listed, ...(host.includes('.') ? [] : domains.map((domain) => `${host}.${domain}`))];
};

const PROXIES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'];

const proxiesOf = ({ env }: Machine): readonly OwnThing[] =>
  PROXIES.flatMap((name) => [name, name.toLowerCase()]).flatMap((name) => {
    const address = env[name] ?? '';
    const host = hostOfUrl(address.includes('://') ? address : `http://${address}`);
    return host === undefined ? [] : [{ text: host, from: `proxy \`${name}\`` }];
  });

const gatewaysOf = async ({ read, platform }: Machine): Promise<OwnFound> => {
  const [four, six] = [await read('/proc/net/route'), await read('/proc/net/ipv6_route')];
  const things = [
    ...fromEach(ipv4Gateways(four ?? ''), 'gateway (`/proc/net/route`)'),
    ...fromEach(ipv6Gateways(six ?? ''), 'gateway (`/proc/net/ipv6_route`)'),
  ];
  const missing = `this machine (${platform}) does not tell its gateways: list them in a \`protect\` policy`;
  return { things, missing: four === undefined && six === undefined ? [missing] : [] };
};

const lookAt = async (machine: Machine): Promise<OwnFound> => {
  const { read } = machine;
  const host = machine.hostname();
  const conf = (await read(RESOLV_CONF)) ?? '';
  const behind = (await read(BEHIND_THE_STUB)) ?? '';
  const domains = [...valuesOf(conf, 'search'), ...valuesOf(conf, 'domain')].filter((domain) => domain !== '.');
  const gateways = await gatewaysOf(machine);
  return {
    things: [
      ...fromEach([host, ...fullNames(host, (await read('/etc/hosts')) ?? '', domains)], 'name of this machine'),
      ...machine.interfaces().map(({ address, name }) => ({ text: address, from: `this machine, \`${name}\`` })),
      ...gateways.things,
      ...fromEach(valuesOf(conf, 'nameserver').map(plainAddress), `name server (\`${RESOLV_CONF}\`)`),
      ...fromEach(valuesOf(behind, 'nameserver').map(plainAddress), `name server (\`${BEHIND_THE_STUB}\`)`),
      ...fromEach(machine.nameServers().map(plainAddress), 'name server'),
      ...proxiesOf(machine),
    ],
    missing: gateways.missing,
  };
};

/** What a machine says of itself, read anew each time. */
export const ownMachineOf = (machine: Machine): OwnSource => ({
  name: 'this machine',
  look: () => lookAt(machine),
});

const PATIENCE_MS = 5_000;

/** Addresses of a name by this machine's own means, `/etc/hosts` among them. */
export const resolveName: ResolveName = async (name) => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no name server answered within ${PATIENCE_MS} ms`)), PATIENCE_MS);
  });
  try {
    const found = await Promise.race([lookup(name, { all: true }), late]);
    return found.map(({ address }) => plainAddress(address));
  } finally {
    clearTimeout(timer);
  }
};
