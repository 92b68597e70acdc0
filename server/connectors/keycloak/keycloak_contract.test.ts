import { randomUUID } from 'crypto';
import { describeConnector, type ConnectorRig } from '../../../test/contracts/connector';
import { aClearedCommand } from '../../../test/targets/commands';
import { faultProxy } from '../../../test/targets/fault_proxy';
import { keycloakModel, keycloakParameters, MODEL_SECRETS } from '../../../test/targets/keycloak_model';
import { makeConnectors } from '../registry';
import { CONTAINED, readMark } from './mark';

const rig = async (): Promise<ConnectorRig> => {
  const model = await keycloakModel();
  const proxy = await faultProxy(model.port);
  const parameters = { ...keycloakParameters(proxy.url), timeouts: { connect_ms: 1_000, total_ms: 5_000 } };
  const made = makeConnectors([{ name: 'sso', kind: 'keycloak', parameters }], (name) => MODEL_SECRETS[name]);
  const connector = made.connectors.get('sso');
  if (!connector) throw new Error(JSON.stringify(made.faults));
  const marks = (name: string): readonly string[] => model.named(name)?.attributes.reflex ?? [];
  return {
    connector,
    proxy,
    command: (change) => {
      const username = `u-${randomUUID()}`;
      model.user(username);
      return aClearedCommand({ action: 'disable_user', target: { type: 'user', value: username }, ...change });
    },
    effects: async ({ value }) =>
      model.named(value)?.enabled === false ? (readMark(marks(value))?.commandIds ?? ['a person']) : [],
    // Another Reflex that shares the realm, as it writes its mark.
    addForeign: async ({ value }) => {
      const user = model.named(value);
      if (user === undefined) throw new Error('no such user');
      const mark = user.enabled ? undefined : readMark(marks(value));
      user.enabled = false;
      user.attributes.reflex = [CONTAINED, 'was:enabled', 'before:0', ...(mark?.commandIds ?? []), 'somebody-else'];
      return 'somebody-else';
    },
    removeByHand: async ({ target }) => {
      const user = model.named(target.value);
      if (user !== undefined) user.enabled = true;
    },
    isOrder: ({ method }) => method === 'PUT',
    dispose: async () => {
      await proxy.dispose();
      await model.close();
    },
  };
};

describeConnector('keycloak, on a model', rig);
