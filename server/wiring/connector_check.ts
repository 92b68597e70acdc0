import { egressOf } from '../../common/entity/egress';
import { THIS_MACHINE } from '../connectors/connector_kind';
import { connectorKinds, makeConnectors } from '../connectors/registry';
import type { Settings } from '../hosts/settings';
import type { ConnectorRoom } from '../routes/route_parts';
import type { SecretBook } from './secrets';

const ANY_NAME = 'any';

/** The kinds of connectors, and making one that is thrown away: how the settings would be judged at the next start. */
export const connectorRoom = (
  { connectors, egress }: Pick<Settings, 'connectors' | 'egress'>,
  secrets: Pick<SecretBook, 'peek'>,
): ConnectorRoom => ({
  kinds: () => connectorKinds.map(({ kind, title, parameters }) => ({ kind, title, parameters })),
  check: (config) => {
    const madeAs = (name: string): ReturnType<typeof makeConnectors> =>
      makeConnectors([{ ...config, name }], secrets.peek, { ...THIS_MACHINE, egress: egressOf(egress) });
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
