import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { INTAKE_TYPES } from '../../flow/intake';
import { Grant, VOICE_FIELDS } from '../../flow/voice';
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

/** What asks a person because nobody granted a source anything. */
export const UpgradeAsksView = record({
  as_of: instant,
  days: described(count, 'How far back the counts go'),
  sources: list(
    record({
      type: oneOf(INTAKE_TYPES),
      id,
      decisions: count,
      policies: list(
        record({
          policy: text({ min: 1, max: 256 }),
          asked: described(count, 'Decisions that asked because of a missing grant'),
          permitted: described(count, 'Decisions that permitted without asking, by a policy that goes by a claim'),
        }),
        50,
      ),
    }),
    20,
  ),
  more_sources: described(count, 'Sources without a grant that are not listed'),
  policies: described(
    list(
      record({
        policy: text({ min: 1, max: 256 }),
        mode: oneOf(['off', 'shadow', 'escalate', 'enforce']),
        reads: list(oneOf(VOICE_FIELDS), 16),
      }),
      5_000,
    ),
    'Policies in force that go by what a source says; where that is only claimed they ask',
  ),
});
export type UpgradeAsksView = t.TypeOf<typeof UpgradeAsksView>;

export const listUpgradeAsks = route({
  method: 'get',
  path: `${BASE}/sources/asks`,
  summary: 'Which sources have no grant, and which policies in force ask a person because of it',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: UpgradeAsksView,
});

export const GRANT_ROUTES = { getGrant, putGrant, listUpgradeAsks } as const;
