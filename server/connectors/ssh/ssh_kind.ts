import { err, ok } from '../../../common/result';
import { present } from '../../../common/present';
import {
  defineKind,
  isAllowEntry,
  readSecret,
  renewed,
  type ConnectorKind,
  type ParameterFault,
  type SecretRef,
  type Secrets,
} from '../connector';
import type { Login } from './exchange';
import { hostNamed, readHosts, type SshHost } from './hosts';
import { ssh2 } from './library';
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
type Key = Pick<Login, 'privateKey' | 'passphrase'>;

/** A private key as it is now. The message never holds a part of it. */
const readKey = (ref: SecretRef, passphrase: SecretRef | undefined, secrets: Secrets) => {
  const key = readSecret(ref, secrets);
  if (!key.ok) return key;
  const phrase = passphrase && readSecret(passphrase, secrets);
  if (phrase?.ok === false) return phrase;
  const parsed = ssh2().utils.parseKey(key.value, phrase?.value);
  if (parsed instanceof Error || !parsed.isPrivateKey())
    return err(`secret \`${ref.secret}\` is no private key that can be read${phrase ? ' with its passphrase' : ''}`);
  return ok<Key>({ privateKey: key.value, ...present({ passphrase: phrase?.value }) });
};

const keyOf = (
  path: 'private_key' | 'observer_key',
  { passphrase, [path]: ref }: SshParameters,
  { secrets, fault }: { readonly secrets: Secrets; readonly fault: Fault },
): (() => Key) | undefined => {
  if (ref === undefined) return undefined;
  const first = readKey(ref, passphrase, secrets);
  if (first.ok) return renewed(first.value, () => readKey(ref, passphrase, secrets));
  fault(path, first.error);
  return undefined;
};

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
    const hand = keyOf('private_key', parameters, { secrets, fault });
    const observer = keyOf('observer_key', parameters, { secrets, fault });
    const { hosts, faults: wrongHosts } = readHosts(parameters);
    faults.push(...wrongHosts);
    const blockOn = blockingHosts(parameters, hosts, fault);
    const keep = keepWord(parameters.keep_way_for ?? [], fault);
    allowAddresses.forEach((entry, index) => {
      if (!isAllowEntry(entry)) fault(`allow_addresses.${index}`, 'is neither an address nor a network');
    });
    if (hand === undefined || faults.length > 0) return err(faults);
    const user = parameters.user ?? DEFAULT_USER;
    const totalMs = timeouts.total_ms ?? DEFAULT_TOTAL_MS;
    const target = sshTarget({
      login: (as) => ({ user, ...(as === 'observer' && observer !== undefined ? observer() : hand()) }),
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
        ownObserver: observer !== undefined,
      }),
    );
  },
});
