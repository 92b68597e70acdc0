import { isOneHost, namedKey } from '../../../common/entity/one_thing';
import type { ParameterFault } from '../connector';
import { readHostKey, type PinnedKey } from './host_key';
import type { SshParameters } from './ssh_parameters';

/** A host that the connector reaches. */
export interface SshHost {
  /** As the settings, and so the inventory, name it. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly keys: readonly PinnedKey[];
}

const DEFAULT_PORT = 22;

/** The hosts of the settings, and everything that is wrong with them. */
export const readHosts = ({
  hosts,
}: Pick<SshParameters, 'hosts'>): {
  readonly hosts: readonly SshHost[];
  readonly faults: readonly ParameterFault[];
} => {
  const faults: ParameterFault[] = [];
  const read = Object.entries(hosts).map(([name, { address, port = DEFAULT_PORT, host_keys: lines }]): SshHost => {
    const keys = lines.flatMap((line, index) => {
      const key = readHostKey(line);
      if (!key.ok) faults.push({ path: `hosts.${name}.host_keys.${index}`, message: key.error });
      return key.ok ? [key.value] : [];
    });
    if (namedKey({ type: 'host', value: name }) === undefined)
      faults.push({ path: `hosts.${name}`, message: 'is the name of no host' });
    return { name, address, port, keys };
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
