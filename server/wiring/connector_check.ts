import type { ConnectorPresetView } from '../../common/api/routes';
import { present } from '../../common/present';
import { egressOf } from '../../common/entity/egress';
import { THIS_MACHINE } from '../connectors/connector_kind';
import { CONTRACT_ONLY, connectorPresets, exampleOf, type Preset } from '../connectors/presets';
import { connectorKinds, makeConnectors } from '../connectors/registry';
import type { Settings } from '../hosts/settings';
import type { ConnectorRoom } from '../routes/route_parts';
import type { BlockLists } from '../runner/ports';
import type { SecretBook } from './secrets';

const ANY_NAME = 'any';

/** A list that is only tried is kept nowhere, and nobody is offered it. */
const never = (): Promise<never> => Promise.reject(new Error('nothing is kept of a connector that is only checked'));
const SERVES_NOTHING: BlockLists = {
  documents: { parts: never, fetches: never, putPart: never, putFetch: never },
  offer: () => undefined,
};

const presetView = (preset: Preset): ConnectorPresetView => {
  const { name, title, kind, contract, actions, needs, limits } = preset;
  const { product, version, sources, looked_at } = contract;
  return {
    ...{ name, title, kind, product, version, looked_at, needs: [...needs], limits: [...limits] },
    sources: [...sources],
    mark: CONTRACT_ONLY,
    actions: actions.map(({ action, does, undo, states }) => ({
      ...{ action, does, states: Object.entries(states).map(([state, means]) => ({ state, means })) },
      ...present({ undo: undo ?? undefined }),
    })),
    example: exampleOf(preset),
  };
};

/** The kinds of connectors, and making one that is thrown away: how the settings would be judged at the next start. */
export const connectorRoom = (
  { connectors, egress }: Pick<Settings, 'connectors' | 'egress'>,
  secrets: Pick<SecretBook, 'peek'>,
): ConnectorRoom => ({
  kinds: () => connectorKinds.map(({ kind, title, parameters }) => ({ kind, title, parameters })),
  presets: () => connectorPresets.map(presetView),
  check: (config) => {
    const madeAs = (name: string): ReturnType<typeof makeConnectors> =>
      makeConnectors([{ ...config, name }], secrets.peek, {
        ...THIS_MACHINE,
        egress: egressOf(egress),
        lists: SERVES_NOTHING,
      });
    const own = madeAs(config.name);
    // A name that cannot be keeps back what is wrong with the rest.
    const isNameWrong = own.faults.some(({ path }) => path === 'name');
    const faults = isNameWrong ? [...own.faults, ...madeAs(ANY_NAME).faults] : own.faults;
    const isTaken = connectors.some(({ name }) => name === config.name);
    const taken = { path: 'name', message: 'is the name of another connector of the settings already' };
    return {
      faults: [...(isTaken ? [taken] : []), ...faults.map(({ path, message }) => ({ path, message }))],
      actions: own.connectors.get(config.name)?.capabilities.actions ?? [],
    };
  },
});
