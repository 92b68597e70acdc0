import type { ConnectorRig, Troubles } from '../contracts/connector';
import { makeConnectors } from '../../server/connectors/registry';
import type { Connector } from '../../server/connectors/connector';
import type { SshProxy } from './ssh_proxy';

/** Who can be reached as what in tests over a proxy. */
interface ProxiedHost {
  readonly port: number;
  readonly hostKey: string;
}

/** A connector to hosts on the loopback; the first one blocks addresses. */
export const sshConnectorTo = (
  hosts: Readonly<Record<string, ProxiedHost>>,
  privateKey: string,
  change: object = {},
): Connector => {
  const parameters = {
    user: 'root',
    private_key: { secret: 'ssh' },
    actions: ['block_ip', 'isolate_host', 'quarantine_file', 'kill_process'],
    hosts: Object.fromEntries(
      Object.entries(hosts).map(([name, { port, hostKey }]) => [
        name,
        { address: '127.0.0.1', port, host_keys: [hostKey] },
      ]),
    ),
    block_on: [Object.keys(hosts)[0]],
    allow_addresses: ['127.0.0.1'],
    timeouts: { connect_ms: 1_000, total_ms: 3_000 },
    settle_time_ms: 2_000,
    ...change,
  };
  const secrets = (name: string): string | undefined => (name === 'ssh' ? privateKey : undefined);
  const { connectors, faults } = makeConnectors([{ name: 'edge', kind: 'ssh', parameters }], secrets);
  const connector = connectors.get('edge');
  if (connector === undefined) throw new Error(JSON.stringify(faults));
  return connector;
};

const line = (body: object): string => `${JSON.stringify({ v: 1, ...body })}\n`;
const refusal = (code: string, more: object = {}): string =>
  line({ ok: false, code, done: 'no', text: 'not today', ...more });

/** What a host over SSH answers on bad days. */
export const sshTroubles = (proxy: SshProxy, isOrder: ConnectorRig['isOrder']): Troubles => {
  const says =
    (answer: string, error: object = {}) =>
    (): object => {
      proxy.say(answer, isOrder);
      return error;
    };
  return {
    refused: says(refusal('not_allowed'), { code: 'not_allowed' }),
    missing: says(refusal('not_found'), { code: 'not_found' }),
    unsure: {
      'maybe done': says(refusal('slow', { done: 'maybe' }), { code: 'slow' }),
      'not said whether it was done': says(line({ ok: false, code: 'odd', text: '' }), { code: 'odd' }),
      nothing: says('', { code: 'no_answer' }),
      'no JSON': says('ls: command not found\n', { code: 'no_answer' }),
      'half a line': says('{"v":1,"ok":tr', { code: 'no_answer' }),
      'a line without an end': says('{"v":1,"ok":true}', { code: 'no_answer' }),
      'two lines': says('{"v":1,"ok":true}\n{"v":1,"ok":true}\n', { code: 'no_answer' }),
      'another version': says('{"v":2,"ok":true}\n', { code: 'no_answer' }),
      'an odd code': says(line({ ok: false, code: 'x y', done: 'no' }), { code: 'no_answer' }),
    },
    onlySaid: says(line({ ok: true, before: 'none' })),
    deniedAndDone: () => proxy.say(refusal('slow', { done: 'maybe' }), isOrder, 'apply'),
    throttled: says(refusal('busy', { after_s: 7 })),
    lost: () => proxy.refuseKeys(),
    useless: says(refusal('nft_refused')),
  };
};

export const isSshOrder: ConnectorRig['isOrder'] = ({ method }) => method === 'block';
