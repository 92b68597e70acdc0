import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { aClearedCommand } from '../../../test/targets/commands';
import { fakeHand } from '../../../test/targets/fake_hand';
import { freePort } from '../../../test/targets/processes';
import { sshProxy } from '../../../test/targets/ssh_proxy';
import { isSshOrder, sshConnectorTo, sshTroubles } from '../../../test/targets/ssh_rig';

let nextAddress = 0;
const freshAddress = (): string => {
  nextAddress += 1;
  return `10.78.${nextAddress >> 8}.${nextAddress & 255}`;
};
const netOf = (value: string): string => `4 ${value} 32`;

const rig = async (): Promise<ConnectorRig> => {
  const hand = fakeHand();
  const proxy = await sshProxy(hand.answer);
  const off = { port: await freePort(), hostKey: proxy.hostKey };
  // Another connector has a host that is off, so that the health of this one is not about it.
  const connector = sshConnectorTo({ 'gw-1': proxy }, proxy.privateKey);
  const withOff = sshConnectorTo({ 'gw-1': proxy, 'off-1': off }, proxy.privateKey);
  const others = new Map<string, string>();
  return {
    connector: { ...connector, reachable: withOff.reachable?.bind(withOff) },
    proxy,
    troubles: sshTroubles(proxy, isSshOrder),
    reaches: (state) => (state === 'reachable' ? 'gw-1' : 'off-1'),
    command: (change) => aClearedCommand({ target: { type: 'ip', value: freshAddress() }, ...change }),
    effects: async ({ value }) => [
      ...(hand.blocks.has(netOf(value)) ? [hand.blocks.get(netOf(value))?.command ?? ''] : []),
      ...(others.has(value) ? [others.get(value) ?? ''] : []),
    ],
    endsIn: async ({ value }) => hand.blocks.get(netOf(value))?.seconds ?? 0,
    removeByHand: async ({ target: { value } }) => void hand.blocks.delete(netOf(value)),
    addForeign: async ({ value }) => {
      others.set(value, 'admin');
      return 'admin';
    },
    isOrder: isSshOrder,
    dispose: () => proxy.dispose(),
  };
};

describeConnector('ssh (model)', rig);
