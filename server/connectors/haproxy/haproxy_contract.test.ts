import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { aClearedCommand } from '../../../test/targets/commands';
import { fakeHaproxy } from '../../../test/targets/fake_haproxy';
import { haproxyConnectorTo, haproxyTroubles, isHaproxyOrder, onLoopback } from '../../../test/targets/haproxy_rig';
import { runtimeProxy } from '../../../test/targets/runtime_proxy';

const MAP = '/etc/haproxy/reflex.map';

let nextAddress = 0;
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.81.${nextAddress >> 8}.${nextAddress & 255}`;
};

const rig = async (): Promise<ConnectorRig> => {
  const haproxy = fakeHaproxy(MAP);
  const proxy = await runtimeProxy(haproxy.answer);
  return {
    connector: haproxyConnectorTo(onLoopback(proxy.port), { map: MAP }),
    proxy,
    troubles: haproxyTroubles(proxy, isHaproxyOrder),
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async (target) =>
      haproxy.rows.filter(({ key }) => key === target.value).map(({ value }) => value.replace(/^reflex\//, '')),
    // As people do, by its key.
    removeByHand: async ({ target: { value } }) => void (await haproxy.answer(`del map ${MAP} ${value}`)),
    addForeign: async ({ value }) => {
      await haproxy.answer(`add map ${MAP} ${value} admin`);
      return 'admin';
    },
    isOrder: isHaproxyOrder,
    dispose: () => proxy.dispose(),
  };
};

describeConnector('haproxy (model)', rig);
