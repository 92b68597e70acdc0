import type { ConnectorRig, Troubles } from '../contracts/connector';
import type { Connector } from '../../server/connectors/connector';
import { makeConnectors } from '../../server/connectors/registry';
import type { RuntimeProxy } from './runtime_proxy';

/** A connector to a runtime API on the loopback. */
export const haproxyConnectorTo = (
  place: object,
  change: object = {},
  secrets: (name: string) => string | undefined = () => undefined,
): Connector => {
  const parameters = { ...place, timeouts: { connect_ms: 1_000, total_ms: 2_000 }, ...change };
  const { connectors, faults } = makeConnectors([{ name: 'edge', kind: 'haproxy', parameters }], secrets);
  const connector = connectors.get('edge');
  if (connector === undefined) throw new Error(JSON.stringify(faults));
  return connector;
};

export const onLoopback = (port: number): object => ({ host: '127.0.0.1', port, allow_addresses: ['127.0.0.1'] });

/** What haproxy answers on bad days. */
export const haproxyTroubles = (proxy: RuntimeProxy, isOrder: ConnectorRig['isOrder']): Troubles => {
  const says = (answer: string, code: string) => (): object => {
    proxy.say(answer, isOrder);
    return { code };
  };
  const unclear = (answer: string) => says(answer, 'no_answer');
  return {
    refused: says('Permission denied\n\n', 'not_allowed'),
    missing: says('Unknown map identifier. Please use #<id> or <file>.\n\n', 'no_map'),
    unsure: {
      nothing: unclear(''),
      'another text': unclear('Out of memory error.\n\n'),
      'two empty lines': unclear('\n\n'),
      'a prompt': unclear('\n> '),
      'half a refusal': unclear('Permission den'),
      'a refusal and more': unclear('Permission denied\n\n\n'),
      'a web page': unclear('HTTP/1.0 400 Bad request\r\n\r\n'),
    },
    onlySaid: says('\n', ''),
    deniedAndDone: () => proxy.say('Out of memory error.\n\n', isOrder, 'apply'),
    lost: () => proxy.say('Permission denied\n\n'),
    useless: () => proxy.say(''),
  };
};

export const isHaproxyOrder: ConnectorRig['isOrder'] = ({ method }) => method === 'add';
