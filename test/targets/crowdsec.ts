import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import { crowdsecPrograms } from './crowdsec_packages';
import { makeNetwork, type TestNetwork } from './namespaces';
import { freePort, mustRun, start, type Started } from './processes';
import { until } from './until';

export { whyNotCrowdsec } from './crowdsec_packages';
export { ATTACKER, BYSTANDER } from './namespaces';

/** Credentials of the test's own CrowdSec. */
export const MACHINE = 'responder';
export const PASSWORD = 'machine-password-of-the-test';
const FIREWALL_KEY = 'firewall-bouncer-key-of-the-test';
export const READ_KEY = 'read-back-bouncer-key-of-the-test';

/** A real CrowdSec with a real firewall in front of a protected host. */
export interface Crowdsec {
  readonly url: string;
  readonly port: number;
  /** Whether packets from that address reach the protected host. */
  readonly ping: TestNetwork['ping'];
  readonly tcp: TestNetwork['tcp'];
  /** The firewall's own view: addresses in its blocking set. */
  readonly firewallSet: () => Promise<readonly string[]>;
  /** Seconds until the firewall itself lets an address pass again; 0 if it does. */
  readonly firewallTimeoutS: (address: string) => Promise<number>;
  readonly stopLapi: () => Promise<void>;
  readonly startLapi: () => Promise<void>;
  readonly stopBouncer: () => Promise<void>;
  readonly startBouncer: () => Promise<void>;
  /** The end of what its programs wrote, for a test that fails. */
  readonly said: () => string;
  /** Runs `cscli` on it, as its administrator would. */
  readonly cscli: (...args: string[]) => Promise<string>;
  readonly dispose: () => Promise<void>;
}

const configOf = (folder: string, port: number): string => `common:
  {daemonize: false, log_media: stdout, log_level: info, working_dir: .}
config_paths: {config_dir: ${folder}/etc, data_dir: ${folder}/data, simulation_path: ${folder}/etc/simulation.yaml, hub_dir: ${folder}/etc/hub, index_path: ${folder}/etc/hub/.index.json, notification_dir: ${folder}/etc/notifications, plugin_dir: ${folder}/plugins}
db_config: {log_level: info, type: sqlite, db_path: ${folder}/data/crowdsec.db, use_wal: true, flush: {max_items: 5000, max_age: 7d}}
api:
  client: {credentials_path: ${folder}/etc/local_api_credentials.yaml}
  server: {log_level: info, listen_uri: 127.0.0.1:${port}, profiles_path: ${folder}/etc/profiles.yaml, console_path: ${folder}/etc/console.yaml, trusted_ips: [127.0.0.1, "::1"]}
prometheus: {enabled: false}
`;

const bouncerConfigOf = (folder: string, port: number): string => `mode: nftables
pid_dir: ${folder}/log/
update_frequency: 1s
daemonize: false
log_mode: stdout
log_level: info
api_url: http://127.0.0.1:${port}/
api_key: ${FIREWALL_KEY}
disable_ipv6: true
deny_action: DROP
deny_log: false
supported_decisions_types: [ban]
blacklists_ipv4: crowdsec-blacklists
blacklists_ipv6: crowdsec6-blacklists
nftables: {ipv4: {enabled: true, set-only: false, table: crowdsec, chain: crowdsec-chain}, ipv6: {enabled: false, set-only: false, table: crowdsec6, chain: crowdsec6-chain}}
prometheus: {enabled: false}
`;

const answers = async (url: string): Promise<boolean> => {
  try {
    return (await fetch(url)).ok;
  } catch {
    return false;
  }
};

const writeConfiguration = (folder: string, port: number, profiles: string): void => {
  for (const each of ['etc/hub', 'etc/notifications', 'plugins', 'data', 'log'])
    mkdirSync(join(folder, each), { recursive: true });
  writeFileSync(join(folder, 'etc/config.yaml'), configOf(folder, port));
  writeFileSync(join(folder, 'etc/bouncer.yaml'), bouncerConfigOf(folder, port));
  writeFileSync(join(folder, 'etc/simulation.yaml'), 'simulation: false\n');
  copyFileSync(profiles, join(folder, 'etc/profiles.yaml'));
  writeFileSync(
    join(folder, 'etc/local_api_credentials.yaml'),
    `url: http://127.0.0.1:${port}\nlogin: ${MACHINE}\npassword: ${PASSWORD}\n`,
  );
};

/** Addresses in the firewall's set with the seconds that they stay there. */
const elementsOf = (json: string): ReadonlyMap<string, number> => {
  const { nftables } = JSON.parse(json) as {
    nftables: ReadonlyArray<{ set?: { elem?: ReadonlyArray<{ elem: { val: string; expires: number } }> } }>;
  };
  const elements = nftables.flatMap(({ set }) => set?.elem ?? []);
  return new Map(elements.map(({ elem }) => [elem.val, elem.expires]));
};

/**
 * Sets CrowdSec up: its local API on a loopback port, its firewall bouncer within a network of its own. Call
 * `whyNotCrowdsec` first.
 */
export const startCrowdsec = async (): Promise<Crowdsec> => {
  const programs = crowdsecPrograms();
  const folder = mkdtempSync(join(tmpdir(), 'reflex-crowdsec-'));
  const [port, network] = await Promise.all([freePort(), makeNetwork()]);
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder, 'etc/config.yaml');
  const bridge = join(folder, 'lapi.sock');
  const running: { lapi?: Started; bouncer?: Started } = {};
  writeConfiguration(folder, port, programs.profiles);
  const cscli = (...args: string[]): Promise<string> => mustRun(programs.cscli, ['-c', config, ...args]);

  const startLapi = async (): Promise<void> => {
    running.lapi = start(programs.crowdsec, ['-c', config, '-no-cs']);
    await until('the local API to answer', () => answers(`${url}/health`));
  };
  const startBouncer = async (): Promise<void> => {
    running.bouncer = network.startOnHost(programs.bouncer, ['-c', join(folder, 'etc/bouncer.yaml')]);
    await until('the firewall to have its set', async () => {
      const { code } = await network.runOnHost('nft', ['list', 'set', 'ip', 'crowdsec', 'crowdsec-blacklists']);
      return code === 0;
    });
  };
  // Unix sockets are not bound to a network namespace: this pair lets the bouncer reach the API's loopback port.
  const outside = start('socat', [`UNIX-LISTEN:${bridge},fork`, `TCP:127.0.0.1:${port}`]);
  network.startOnHost('socat', [`TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr`, `UNIX-CONNECT:${bridge}`]);
  const elements = async (): Promise<ReadonlyMap<string, number>> => {
    const listed = await network.runOnHost('nft', ['-j', 'list', 'set', 'ip', 'crowdsec', 'crowdsec-blacklists']);
    return elementsOf(listed.stdout);
  };
  const said = (): string => `${running.lapi?.output() ?? ''}\n${running.bouncer?.output() ?? ''}`;
  const dispose = async (): Promise<void> => {
    await running.bouncer?.stop();
    await network.dispose();
    await running.lapi?.stop();
    await outside.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await cscli(
      'machines',
      'add',
      MACHINE,
      '--password',
      PASSWORD,
      '-f',
      join(folder, 'etc/local_api_credentials.yaml'),
    );
    await cscli('bouncers', 'add', 'firewall', '-k', FIREWALL_KEY);
    await cscli('bouncers', 'add', 'readback', '-k', READ_KEY);
    await startLapi();
    await startBouncer();
  } catch (cause) {
    const output = said();
    await dispose();
    throw new Error(`CrowdSec did not start: ${String(cause)}\n${output}`, { cause });
  }
  return {
    url,
    port,
    ping: network.ping,
    tcp: network.tcp,
    firewallSet: async () => [...(await elements()).keys()],
    firewallTimeoutS: async (address) => (await elements()).get(address) ?? 0,
    stopLapi: async () => running.lapi?.stop(),
    startLapi,
    stopBouncer: async () => running.bouncer?.stop(),
    startBouncer,
    said,
    cscli,
    dispose,
  };
};
