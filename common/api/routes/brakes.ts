import * as t from 'io-ts';
import { described, list, number, oneOf, record, text } from '../../codec/codecs';
import { BASE, idText, nothing, reasonText, route } from '../contract';
import { StopView } from '../views';

const id = idText;

const Scope = described(
  text({
    min: 3,
    max: 200,
    pattern: /^(all|action:[a-z_]+|connector:[a-z0-9-]+)$/,
    patternName: '`all`, `action:<name>` or `connector:<name>`',
  }),
  'What stands still',
);

export const SwitchView = record({
  acknowledged: described(
    t.boolean,
    'True: no effect starts anywhere any more. False: this host stands still, the others are unknown',
  ),
  took_ms: number(),
  agents: list(record({ session: id, how: oneOf(['this', 'obeyed', 'dead', 'permit_lapsed', 'unknown']) }), 200),
  on_the_wire: list(record({ effect_id: id, action: id, target: t.string }), 1000),
});

export const throwSwitch = route({
  method: 'post',
  path: `${BASE}/brakes/stop`,
  summary: 'The kill switch: nothing new is started until it is released; undoing goes on',
  access: 'respond',
  params: nothing,
  query: nothing,
  body: record({ scope: Scope, reason: reasonText }),
  answer: SwitchView,
  whileStarting: true,
});

export const releaseSwitch = route({
  method: 'post',
  path: `${BASE}/brakes/resume`,
  summary: 'Let acts of a scope start again',
  access: 'approve',
  params: nothing,
  query: nothing,
  body: record({ scope: Scope, reason: reasonText }),
  answer: record({ stops: list(StopView, 64) }),
});

export const BRAKES_ROUTES = { throwSwitch, releaseSwitch } as const;
