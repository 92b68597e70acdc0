import { randomInt } from 'crypto';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import {
  blockServer,
  blockServerSecrets,
  expiringParameters,
  type BlockServer,
} from '../../../test/targets/block_server';
import { aClearedCommand } from '../../../test/targets/commands';
import { faultProxy, type FaultProxy } from '../../../test/targets/fault_proxy';
import { tokenServer } from '../../../test/targets/token_server';
import { makeConnectors } from '../registry';

const freshAddress = (): string => `203.0.113.${randomInt(256)}:${randomInt(65_536)}`;

const rigOn = (server: BlockServer, proxy: FaultProxy, parameters: object): ConnectorRig => {
  const secrets = (name: string): string | undefined =>
    name === 'client' ? 'client-secret' : blockServerSecrets(name);
  const made = makeConnectors([{ name: 'edge', kind: 'rest', parameters }], secrets);
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

/** A firewall that its own key opens and that does what it is told at once. */
const plainRig = async (): Promise<ConnectorRig> => {
  const server = await blockServer();
  const proxy = await faultProxy(server.port);
  return rigOn(server, proxy, expiringParameters(proxy.url));
};

/** A firewall that an access token opens and that only takes orders at first. */
const takingRig = async (): Promise<ConnectorRig> => {
  const tokens = await tokenServer();
  const server = await blockServer({ serves: tokens.knows, takesOnly: true });
  const proxy = await faultProxy(server.port);
  const { actions, ...parameters } = expiringParameters(proxy.url);
  const oauth = { token_url: tokens.tokenUrl, client_id: 'reflex', client_secret: { secret: 'client' }, auth: 'basic' };
  const operation = {
    method: 'GET',
    path: '/v1/operations/{ref}',
    ref: '/operation',
    done: { status: [200], where: { pointer: '/state', equals: 'done' } },
    failed: { status: [200], where: { pointer: '/state', equals: 'failed' } },
    pending: { status: [200], where: { pointer: '/state', equals: 'running' } },
    every_ms: 50,
  };
  const rig = rigOn(server, proxy, {
    ...parameters,
    headers: { Authorization: { oauth } },
    actions: { block_ip: { ...actions.block_ip, operation } },
  });
  return {
    ...rig,
    dispose: async () => {
      await rig.dispose();
      await tokens.close();
    },
  };
};

describeConnector('rest, on a small firewall', plainRig);
describeConnector('rest, on a firewall with access tokens that only takes orders', takingRig);
