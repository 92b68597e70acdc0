import { isOneHost, namedKey } from '../../../common/entity/one_thing';
import { present } from '../../../common/present';
import type { ParameterFault } from '../connector';
import { readHostKey, type PinnedKey } from './host_key';
import { addressWord } from './line';
import type { HostParameters, SshParameters } from './ssh_parameters';

/** A host that the connector reaches. */
export interface SshHost {
  /** As the settings, and so the inventory, name it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly keys: readonly PinnedKey[];
  /** Who else sees it, and the words FAMILY ADDRESS of what is pinged. */
  readonly seenFrom?: { readonly host: string; readonly words: readonly [string, string] };
}

const DEFAULT_PORT = 22;

const seenFromOf = (
  name: string,
  { seen_from: seen }: HostParameters,
  { hosts, fault }: { readonly hosts: SshParameters['hosts']; readonly fault: (path: string, message: string) => void },
): SshHost['seenFrom'] => {
  if (seen === undefined) return undefined;
  const word = addressWord(seen.address);
  if (word === undefined) fault(`hosts.${name}.seen_from.address`, 'is no address');
  if (isOneHost(seen.host, name)) fault(`hosts.${name}.seen_from.host`, 'must be another host');
  else if (!Object.keys(hosts).some((other) => isOneHost(other, seen.host)))
    fault(`hosts.${name}.seen_from.host`, 'is not among `hosts`');
  return word === undefined ? undefined : { host: seen.host, words: [word.includes(':') ? '6' : '4', word] };
};

/** The hosts of the settings, and everything that is wrong with them. */
export const readHosts = ({
  hosts,
}: Pick<SshParameters, 'hosts'>): {
  readonly hosts: readonly SshHost[];
  readonly faults: readonly ParameterFault[];
} => {
  const faults: ParameterFault[] = [];
  const fault = (path: string, message: string): void => void faults.push({ path, message });
  const read = Object.entries(hosts).map(([name, host]): SshHost => {
    const { address, port = DEFAULT_PORT, host_keys: lines } = host;
    const keys = lines.flatMap((line, index) => {
      const key = readHostKey(line);
      if (!key.ok) faults.push({ path: `hosts.${name}.host_keys.${index}`, message: key.error });
      return key.ok ? [key.value] : [];
    });
    if (namedKey({ type: 'host', value: name }) === undefined)
      faults.push({ path: `hosts.${name}`, message: 'is the name of no host' });
    return { name, address, port, keys, ...present({ seenFrom: seenFromOf(name, host, { hosts, fault }) }) };
  });
  read.forEach(({ name }, index) => {
    if (read.slice(0, index).some((other) => isOneHost(other.name, name)))
      faults.push({ path: `hosts.${name}`, message: 'is another spelling of a host that is there already' });
  });
  return { hosts: read, faults };
};

/** The host that a text means; a name that the settings do not have is unknown, whatever it looks like. */
export const hostNamed = (hosts: readonly SshHost[], name: string | undefined): SshHost | undefined =>
  name === undefined ? undefined : hosts.find((host) => isOneHost(host.name, name));
