import { randomInt } from 'crypto';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { blockServer, blockServerSecrets, expiringParameters } from '../../../test/targets/block_server';
import { aClearedCommand } from '../../../test/targets/commands';
import { faultProxy } from '../../../test/targets/fault_proxy';
import { makeConnectors } from '../registry';

const freshAddress = (): string => `203.0.113.${randomInt(256)}:${randomInt(65_536)}`;

const rig = async (): Promise<ConnectorRig> => {
  const server = await blockServer();
  const proxy = await faultProxy(server.port);
  const made = makeConnectors(
    [{ name: 'edge', kind: 'rest', parameters: expiringParameters(proxy.url) }],
    blockServerSecrets,
  );
  const connector = made.connectors.get('edge');
  if (!connector) throw new Error(JSON.stringify(made.faults));
  return {
    connector,
    proxy,
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async ({ value }) =>
      server
        .blocks()
        .filter(({ address }) => address === value)
        .map(({ tag }) => tag),
    endsIn: async ({ value }) => server.blockedFor(value) ?? 0,
    addForeign: async ({ value }) => {
      server.add(value, 'somebody-else');
      return 'somebody-else';
    },
    removeByHand: async ({ command_id }) => server.remove(command_id),
    sees: (state) => {
      server.sees('ws-1', { intact: 'healthy', altered: 'tampered', neither: 'asleep' }[state]);
      return 'ws-1';
    },
    isOrder: ({ method }) => method === 'POST',
    dispose: async () => {
      await proxy.dispose();
      await server.close();
    },
  };
};

describeConnector('rest, on a small firewall', rig);
