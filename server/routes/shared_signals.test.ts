import { getSignalKeys } from '../../common/api/routes';
import { decode } from '../../common/codec/decode';
import { routeHost } from '../../test/builders/route_host';
import { newSigningKey, ssfParameters } from '../../test/targets/ssf_receiver';
import type { Connector } from '../connectors/connector';
import { makeConnectors } from '../connectors/registry';

const aConnector = (pem: string): Connector => {
  const parameters = ssfParameters('http://127.0.0.1:1/events');
  const connector = makeConnectors([{ name: 'caep', kind: 'ssf', parameters }], () => pem).connectors.get('caep');
  if (connector === undefined) throw new Error('not made');
  return connector;
};

describe('public keys of connectors that sign', () => {
  it.each(['p256', 'rsa', 'ed25519'] as const)('are told to anybody, of kind %s, and nothing private', async (kind) => {
    const host = await routeHost();
    const connectors = host.agent.parts.connectors as Map<string, Connector>;
    connectors.set('caep', aConnector(newSigningKey(kind)));
    host.caller = undefined;
    const { status, body, headers } = await host.call(getSignalKeys, { params: { name: 'caep' }, as: undefined });
    expect([status, headers?.['cache-control']]).toEqual([200, 'public, max-age=300']);
    expect(decode(getSignalKeys.answer, JSON.parse(JSON.stringify(body))).ok).toBe(true);
    const { keys } = body as { keys: ReadonlyArray<Record<string, string>> };
    expect(keys).toHaveLength(1);
    for (const half of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) expect(keys[0]).not.toHaveProperty(half);
  });

  it('are told of no other connector, and the answer does not tell whether there is one', async () => {
    const host = await routeHost();
    const [other = ''] = [...host.agent.parts.connectors.keys()];
    const answers = await Promise.all(
      [other, 'nothing-here'].map((name) => host.call(getSignalKeys, { params: { name } })),
    );
    expect(other).not.toBe('');
    expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers[0]?.body).toEqual(answers[1]?.body);
  });

  it('are told while Reflex waits for OpenSearch', async () => {
    const host = await routeHost();
    (host.agent.parts.connectors as Map<string, Connector>).set('caep', aConnector(newSigningKey()));
    host.loading = 'waiting for OpenSearch';
    expect(await host.call(getSignalKeys, { params: { name: 'caep' } })).toMatchObject({ status: 200 });
  });
});
