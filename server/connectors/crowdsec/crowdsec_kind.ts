import { ok, err } from '../../../common/result';
import {
  defineKind,
  HTTP_PARAMETERS_SCHEMA,
  makeHttpTarget,
  readHeaderSecret,
  readSecret,
  renewed,
  requestTimeoutMs,
  SECRET_REF_SCHEMA,
  type ConnectorKind,
  type HttpParameters,
  type ParameterFault,
  type SecretRef,
} from '../connector';
import { crowdsecConnector } from './crowdsec_connector';
import { Lapi } from './lapi';

interface CrowdsecParameters extends HttpParameters {
  readonly machine_id: string;
  readonly password: SecretRef;
  readonly bouncer_key: SecretRef;
  readonly origin?: string;
  readonly grace_s?: number;
  readonly settle_time_ms?: number;
  readonly ipv6?: boolean;
}

const DEFAULT_ORIGIN = 'reflex';
const DEFAULT_GRACE_S = 60;
const DEFAULT_SETTLE_MS = 15_000;

/** CrowdSec's local API: bans that its bouncers carry out. */
export const crowdsecKind: ConnectorKind = defineKind<CrowdsecParameters>({
  kind: 'crowdsec',
  title: 'CrowdSec local API',
  parameters: {
    type: 'object',
    additionalProperties: false,
    required: ['base_url', 'machine_id', 'password', 'bouncer_key'],
    properties: {
      ...HTTP_PARAMETERS_SCHEMA,
      machine_id: { type: 'string', minLength: 1, maxLength: 256, description: 'machine that may add decisions' },
      password: { ...SECRET_REF_SCHEMA, description: 'password of that machine' },
      bouncer_key: { ...SECRET_REF_SCHEMA, description: 'key of a bouncer of our own, for reading back' },
      origin: {
        type: 'string',
        pattern: '^[A-Za-z0-9_.-]{1,64}$',
        description: 'marks our decisions; default `reflex`',
      },
      grace_s: { type: 'integer', minimum: 1, maximum: 86_400, description: 'on top of the ttl, s; default 60' },
      settle_time_ms: {
        type: 'integer',
        minimum: 100,
        maximum: 3_600_000,
        description:
          "longest time until the firewall follows, ms: the bouncer's update_frequency and a margin; default 15000",
      },
      ipv6: { type: 'boolean', description: 'the firewall bouncer filters IPv6 too; default false' },
    },
  },
  build: ({ name, parameters }, secrets, world) => {
    const faults: ParameterFault[] = [];
    const password = readSecret(parameters.password, secrets);
    const bouncerKey = readHeaderSecret(parameters.bouncer_key, secrets);
    if (!password.ok) faults.push({ path: 'password', message: password.error });
    if (!bouncerKey.ok) faults.push({ path: 'bouncer_key', message: bouncerKey.error });
    const more = [password, bouncerKey].flatMap((each) => (each.ok ? [each.value] : []));
    const target = makeHttpTarget(parameters, secrets, { ...world, more });
    if (!target.ok) faults.push(...target.error);
    if (!target.ok || !password.ok || !bouncerKey.ok) return err(faults);
    const hidden = (secret: string): string => {
      target.value.hide(secret);
      return secret;
    };
    const currentPassword = renewed(password.value, () => readSecret(parameters.password, secrets));
    const currentKey = renewed(bouncerKey.value, () => readHeaderSecret(parameters.bouncer_key, secrets));
    const credentials = {
      machineId: parameters.machine_id,
      password: () => hidden(currentPassword()),
      bouncerKey: () => hidden(currentKey()),
    };
    return ok(
      crowdsecConnector({
        name,
        target: target.value,
        lapi: new Lapi(target.value, credentials, world.utc),
        utc: world.utc,
        origin: parameters.origin ?? DEFAULT_ORIGIN,
        graceS: parameters.grace_s ?? DEFAULT_GRACE_S,
        settleMs: parameters.settle_time_ms ?? DEFAULT_SETTLE_MS,
        timeoutMs: requestTimeoutMs(parameters),
        ipv6: parameters.ipv6 === true,
      }),
    );
  },
});
