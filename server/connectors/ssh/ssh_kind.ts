import { err, ok } from '../../../common/result';
import { defineKind, isAllowEntry, type ConnectorKind, type ParameterFault } from '../connector';
import { hostNamed, readHosts, type SshHost } from './hosts';
import { readKeys } from './keys';
import { addressWord } from './line';
import { sshConnector } from './ssh_connector';
import { SSH_PARAMETERS_SCHEMA, type SshParameters } from './ssh_parameters';
import { sshTarget } from './ssh_target';

const DEFAULT_USER = 'reflex';
const DEFAULT_GRACE_S = 60;
const DEFAULT_SETTLE_MS = 15_000;
const DEFAULT_CONNECT_MS = 3_000;
const DEFAULT_TOTAL_MS = 15_000;
const DEFAULT_MOST_PROCESSES = 1;
/** What a call may take beyond its own limit until its answer is there, ms. */
const MARGIN_MS = 500;

type Fault = (path: string, message: string) => void;

/** The hosts that block addresses: those that are named, else the only one. */
const blockingHosts = (
  { actions, block_on: named }: SshParameters,
  hosts: readonly SshHost[],
  fault: Fault,
): readonly SshHost[] => {
  if (!actions.includes('block_ip')) {
    if (named !== undefined) fault('block_on', 'has no use without the action `block_ip`');
    return [];
  }
  if (named === undefined) {
    if (hosts.length > 1) fault('block_on', 'must name the hosts that block addresses');
    return hosts;
  }
  return [
    ...new Set(
      named.flatMap((name, index) => {
        const host = hostNamed(hosts, name);
        if (host === undefined) fault(`block_on.${index}`, 'is not among `hosts`');
        return host ?? [];
      }),
    ),
  ];
};

const keepWord = (addresses: readonly string[], fault: Fault): string => {
  const words = addresses.flatMap((address, index) => {
    const word = addressWord(address);
    if (word === undefined) fault(`keep_way_for.${index}`, 'is no address');
    return word ?? [];
  });
  return words.length === 0 ? '-' : [...new Set(words)].join(',');
};

/** Hosts over SSH: nftables, processes and files, by a forced command that does nothing else. */
export const sshKind: ConnectorKind = defineKind<SshParameters>({
  kind: 'ssh',
  title: 'Hosts over SSH',
  parameters: SSH_PARAMETERS_SCHEMA,
  build: ({ name, parameters }, secrets, world) => {
    const faults: ParameterFault[] = [];
    const fault: Fault = (path, message) => void faults.push({ path, message });
    const { timeouts = {}, allow_addresses: allowAddresses = [] } = parameters;
    const keys = readKeys(parameters, secrets);
    if (!keys.ok) faults.push(...keys.error);
    const { hosts, faults: wrongHosts } = readHosts(parameters);
    faults.push(...wrongHosts);
    const blockOn = blockingHosts(parameters, hosts, fault);
    const keep = keepWord(parameters.keep_way_for ?? [], fault);
    allowAddresses.forEach((entry, index) => {
      if (!isAllowEntry(entry)) fault(`allow_addresses.${index}`, 'is neither an address nor a network');
    });
    if (!keys.ok || faults.length > 0) return err(faults);
    const user = parameters.user ?? DEFAULT_USER;
    const totalMs = timeouts.total_ms ?? DEFAULT_TOTAL_MS;
    const target = sshTarget({
      login: (as) => ({ user, ...keys.value[as]() }),
      allowAddresses,
      connectMs: timeouts.connect_ms ?? DEFAULT_CONNECT_MS,
      totalMs,
      world,
    });
    return ok(
      sshConnector({
        name,
        actions: parameters.actions,
        hosts,
        blockOn,
        keep,
        target,
        mostProcesses: parameters.most_processes ?? DEFAULT_MOST_PROCESSES,
        graceS: parameters.grace_s ?? DEFAULT_GRACE_S,
        settleMs: parameters.settle_time_ms ?? DEFAULT_SETTLE_MS,
        timeoutMs: totalMs + MARGIN_MS,
        ownObserver: parameters.observer_key !== undefined,
      }),
    );
  },
});
