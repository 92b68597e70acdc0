import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { aClearedCommand } from '../../../test/targets/commands';
import { fakeAgent } from '../../../test/targets/fake_agent';
import { grpcProxy } from '../../../test/targets/grpc_proxy';
import { grpcConnectorTo, grpcTroubles, isGrpcOrder } from '../../../test/targets/grpc_rig';

let nextAddress = 0;
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.79.${nextAddress >> 8}.${nextAddress & 255}`;
};

const rig = async (): Promise<ConnectorRig> => {
  const agent = await fakeAgent();
  const proxy = await grpcProxy(agent.port);
  const others = new Map<string, string>();
  return {
    connector: grpcConnectorTo(proxy.url),
    proxy,
    troubles: grpcTroubles(proxy, isGrpcOrder),
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async ({ value }) => [agent.blocks.get(value)?.command ?? [], others.get(value) ?? []].flat(),
    endsIn: async ({ value }) => Math.round(((agent.blocks.get(value)?.endsAt ?? 0) - Date.now()) / 1_000),
    removeByHand: async ({ target: { value } }) => void agent.blocks.delete(value),
    addForeign: async ({ value }) => {
      others.set(value, 'admin');
      return 'admin';
    },
    isOrder: isGrpcOrder,
    dispose: async () => {
      await proxy.dispose();
      await agent.dispose();
    },
  };
};

describeConnector('grpc (model)', rig);
