import * as t from 'io-ts';
import { described, instant, number, oneOf, record, text } from '../../codec/codecs';
import { INTAKE_TYPES } from '../../flow/intake';
import { anything, BASE, nothing, reasonText, route } from '../contract';

const count = number({ min: 0, integer: true });
const id = text({ min: 1, max: 256 });

/** A source as its events name it: `webhook`/`siem`, `alerting`/the id of the monitor. */
const SwitchParams = record({ type: oneOf(INTAKE_TYPES), id });

/** Whether a source is switched off, and who said so last. */
export const SwitchView = record(
  {
    version: described(count, '0 while nobody ever switched it'),
    off: described(t.boolean, 'What it sends makes no case and starts nothing'),
    seen_here: described(
      t.boolean,
      'The settings of this host name it, or something came from it to this host since it started',
    ),
  },
  { by: id, at: instant, reason: text({ max: 4096 }) },
);
export type SwitchView = t.TypeOf<typeof SwitchView>;

export const getSwitch = route({
  method: 'get',
  path: `${BASE}/sources/{type}/{id}/switch`,
  summary: 'Whether a source is switched off',
  access: 'read',
  params: SwitchParams,
  query: nothing,
  body: anything,
  answer: SwitchView,
});

export const putSwitch = route({
  method: 'put',
  path: `${BASE}/sources/{type}/{id}/switch`,
  summary:
    'Switch a source off or on, if its version is still the one given. Off: webhooks get 409 `source_off`, alerts are passed over, and topics, queues and indices are not read',
  access: 'admin',
  params: SwitchParams,
  query: nothing,
  body: record({ version: count, off: t.boolean, reason: reasonText }),
  answer: SwitchView,
});

export const SWITCH_ROUTES = { getSwitch, putSwitch } as const;
