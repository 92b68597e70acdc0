import type { ConnectorRig, Troubles } from '../contracts/connector';
import type { Connector } from '../../server/connectors/connector';
import { makeConnectors } from '../../server/connectors/registry';
import type { GrpcProxy, SaidAnswer } from './grpc_proxy';

export const AGENT_TOKEN = 'token-of-the-agent-1';

const PROMISE = { disruption: { usual: 0.1 }, offline: { order: 'not_needed' }, needs: ['the token of the agent'] };

export const grpcParameters = (base_url: string, change: object = {}): Record<string, unknown> => ({
  base_url,
  allow_addresses: ['127.0.0.1'],
  token: { secret: 'agent' },
  actions: { block_ip: PROMISE },
  settle_time_ms: 1_000,
  native_ttl: { grace_s: 60 },
  timeouts: { connect_ms: 1_000, total_ms: 3_000 },
  ...change,
});

/** A connector to an agent on the loopback. */
export const grpcConnectorTo = (
  url: string,
  change: object = {},
  secrets: (name: string) => string | undefined = (name) => (name === 'agent' ? AGENT_TOKEN : undefined),
): Connector => {
  const config = { name: 'edge', kind: 'grpc', parameters: grpcParameters(url, change) };
  const { connectors, faults } = makeConnectors([config], secrets);
  const connector = connectors.get('edge');
  if (connector === undefined) throw new Error(JSON.stringify(faults));
  return connector;
};

/** Statuses after which nobody knows what became of an order, by number. */
const UNSURE: Readonly<Record<string, number>> = {
  canceled: 1,
  unknown: 2,
  deadline_exceeded: 4,
  resource_exhausted: 8,
  aborted: 10,
  internal: 13,
  unavailable: 14,
  data_loss: 15,
};

/** One message without compression, as gRPC frames it. */
export const framed = (message: Buffer): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
};

/** `result` is RESULT_DONE. */
export const DONE = framed(Buffer.from([0x08, 1]));

/** What an agent over gRPC answers on bad days. */
export const grpcTroubles = (proxy: GrpcProxy, isOrder: ConnectorRig['isOrder']): Troubles => {
  const says =
    (answer: SaidAnswer, error: object = {}) =>
    (): object => {
      proxy.say(answer, isOrder);
      return error;
    };
  const unclear = (answer: SaidAnswer) => says(answer, { code: 'no_answer' });
  return {
    refused: says({ status: 7, message: 'not today' }, { code: 'permission_denied' }),
    missing: says({ status: 5 }, { code: 'not_found' }),
    unsure: {
      ...Object.fromEntries(Object.entries(UNSURE).map(([code, status]) => [code, says({ status }, { code })])),
      'OK without a message': unclear({ status: 0 }),
      'OK that does not say DONE': unclear({ status: 0, body: framed(Buffer.alloc(0)) }),
      'OK with a result that nobody knows': unclear({ status: 0, body: framed(Buffer.from([0x08, 9])) }),
      'DONE without a status': unclear({ body: DONE }),
      'two messages': unclear({ status: 0, body: Buffer.concat([DONE, DONE]) }),
      'bytes that are no message': unclear({ status: 0, body: framed(Buffer.from([0x0f, 0xff, 0xff])) }),
      'a message that was cut': unclear({ status: 0, body: DONE.subarray(0, 6) }),
      'a status that is none': unclear({ status: 'seven', body: DONE }),
      'a gateway that failed': unclear({ http: 503, contentType: 'text/html' }),
      'a gateway that refused': unclear({ http: 403, contentType: 'text/html' }),
      'another protocol': unclear({ contentType: 'text/html', body: Buffer.from('<html>') }),
    },
    onlySaid: says({ status: 0, body: DONE }),
    deniedAndDone: () => proxy.say({ status: 13 }, isOrder, 'apply'),
    throttled: says({ status: 8, trailers: { 'grpc-retry-pushback-ms': '7000' } }),
    lost: () => proxy.say({ status: 16 }),
    useless: () => proxy.say({ status: 14 }),
  };
};

export const isGrpcOrder: ConnectorRig['isOrder'] = ({ method }) => method === 'Execute';
