import * as t from 'io-ts';
import { described, instant, number, oneOf, record, text } from '../../codec/codecs';
import { INTAKE_TYPES } from '../../flow/intake';
import { Grant } from '../../flow/voice';
import { BASE, anything, nothing, reasonText, route } from '../contract';

const count = number({ min: 0, integer: true });
const id = text({ min: 1, max: 256 });

/** A source as its events name it: `webhook`/`siem`, `alerting`/the id of the monitor. */
const GrantParams = record({ type: oneOf(INTAKE_TYPES), id });

/** What a source may say; without `grant` it only claims. */
export const GrantView = record(
  {
    version: described(count, '0 while there never was one, and for those of the settings'),
    in_settings: described(t.boolean, 'The settings say it; it is changed there'),
  },
  { grant: Grant, by: id, at: instant },
);
export type GrantView = t.TypeOf<typeof GrantView>;

export const getGrant = route({
  method: 'get',
  path: `${BASE}/sources/{type}/{id}/grant`,
  summary: 'What a source may say. All else that its events say is only claimed, and starts nothing without a person',
  access: 'read',
  params: GrantParams,
  query: nothing,
  body: anything,
  answer: GrantView,
});

export const putGrant = route({
  method: 'put',
  path: `${BASE}/sources/{type}/{id}/grant`,
  summary: 'Replace what a source may say, if its version is still the one given; `grant: null` withdraws it',
  access: 'admin',
  params: GrantParams,
  query: nothing,
  body: record({ version: count, grant: t.union([Grant, t.null]), reason: reasonText }),
  answer: GrantView,
});

export const GRANT_ROUTES = { getGrant, putGrant } as const;
