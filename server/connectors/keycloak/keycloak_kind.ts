import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import {
  defineKind,
  makeBearer,
  makeHttpTarget,
  requestTimeoutMs,
  totalMsOf,
  type ConnectorKind,
  type ConnectorWorld,
  type HttpTarget,
  type ParameterFault,
  type Secrets,
} from '../connector';
import { keycloakConnector } from './keycloak_connector';
import { KEYCLOAK_PARAMETERS_SCHEMA, type ClientParameters, type KeycloakParameters } from './keycloak_parameters';

/** An order takes at most so many steps, each with its share of the time: one that hangs leaves the next its own. */
const STEPS = 5;

const DEFAULT_ATTRIBUTE = 'reflex';
const DEFAULT_SETTLE_MS = 5_000;

const tokenUrl = ({ base_url: url, realm }: KeycloakParameters): string =>
  `${url.replace(/\/$/, '')}/realms/${realm}/protocol/openid-connect/token`;

/** Keycloak as one of its clients. */
const targetAs = (
  { client_id, client_secret, auth }: ClientParameters,
  parameters: KeycloakParameters,
  secrets: Secrets,
  world: ConnectorWorld,
): Result<HttpTarget, readonly ParameterFault[]> => {
  const http = {
    ...parameters,
    timeouts: { ...parameters.timeouts, total_ms: Math.ceil(totalMsOf(parameters) / STEPS) },
  };
  const oauth = { token_url: tokenUrl(parameters), client_id, auth, ...present({ client_secret }) };
  const bearer = makeBearer(oauth, http, secrets, world);
  const target = makeHttpTarget(http, secrets, { ...world, more: [], ...(bearer.ok && { bearer: bearer.value }) });
  const faults = [
    // It lies below `base_url`, whose own faults are told.
    ...(bearer.ok ? [] : bearer.error.filter(({ path }) => path !== 'token_url')),
    ...(target.ok ? [] : target.error),
  ];
  return target.ok && faults.length === 0 ? target : err(faults);
};

/** Keycloak's admin interface: accounts and sessions of one realm. */
export const keycloakKind: ConnectorKind = defineKind<KeycloakParameters>({
  kind: 'keycloak',
  title: 'Keycloak realm',
  parameters: KEYCLOAK_PARAMETERS_SCHEMA,
  build: ({ name, parameters }, secrets, world) => {
    const hand = targetAs(parameters, parameters, secrets, world);
    const { observer } = parameters;
    const eye = observer && targetAs(observer, parameters, secrets, world);
    const faults = [
      ...(hand.ok ? [] : hand.error),
      ...(eye?.ok === false
        ? eye.error
            .filter(({ path }) => path === 'client_secret' || path === 'auth')
            .map(({ path, message }) => ({ path: `observer.${path}`, message }))
        : []),
    ];
    if (!hand.ok || eye?.ok === false || faults.length > 0) return err(faults);
    return ok(
      keycloakConnector({
        name,
        target: hand.value,
        observer: eye?.value ?? hand.value,
        hasObserver: eye !== undefined,
        utc: world.utc,
        realm: parameters.realm,
        clientIds: [parameters.client_id, ...(observer ? [observer.client_id] : [])],
        accounts: {
          realms: new Set(parameters.account_realms),
          plainNames: parameters.plain_names,
          usernames: parameters.usernames ?? 'name',
        },
        attribute: parameters.mark_attribute ?? DEFAULT_ATTRIBUTE,
        requireOnReturn: parameters.require_on_return ?? [],
        settleMs: parameters.settle_time_ms ?? DEFAULT_SETTLE_MS,
        timeoutMs: requestTimeoutMs(parameters),
        testAccount: parameters.test_account,
      }),
    );
  },
});
