import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record, text } from '../../codec/codecs';
import { ACT_RESULTS, VERDICTS } from '../../flow/decision';
import { INTAKE_TYPES } from '../../flow/intake';
import { Grant, GrantWish, VOICE_FIELDS } from '../../flow/voice';
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

const verdicts = record({ permit: count, escalate: count, deny: count, hold: count, learn: count });
const acts = list(record({ policy: id, action: id, target: text({ max: 512 }), result: oneOf(ACT_RESULTS) }), 64);
const verdict = oneOf(VERDICTS);

/** What a grant would have meant for recorded decisions. Both sides are by the policies that are in force now. */
export const GrantPreviewView = record(
  {
    as_of: instant,
    days: count,
    from: described(instant, 'Decisions from then on were looked at, the youngest first'),
    version: described(count, 'Version of the policies that decided both sides'),
    recorded: described(count, 'Decisions of this source in that time'),
    decisions: described(count, 'Of those, how many were decided again both ways'),
    untold: described(count, 'Left out: an earlier version did not keep where their fields were read'),
    events: described(count, 'Events behind these decisions; one may be decided several times'),
    events_otherwise: described(count, 'Events of which other things would have counted'),
    fields: list(
      record({
        field: oneOf(VOICE_FIELDS),
        granted: described(count, 'Events in which it was claimed and would have been granted'),
        claimed: described(count, 'Events in which it was granted and would have been claimed'),
      }),
      VOICE_FIELDS.length,
    ),
    score_raised: count,
    score_lowered: count,
    changed: described(count, 'Decisions with another verdict or other acts'),
    undecidable: described(count, 'Decisions that ask for facts that nobody had looked up; they are compared without'),
    newly_permitted: described(count, 'Acts'),
    no_longer_permitted: described(count, 'Acts'),
    verdicts_before: verdicts,
    verdicts_after: verdicts,
    moves: list(record({ before: verdict, after: verdict, count }), 25),
    examples: list(
      record({
        decision_id: id,
        case_id: id,
        at: instant,
        before: verdict,
        after: verdict,
        recorded: described(verdict, 'What was decided then, by the policies of then'),
        score_before: number(),
        score_after: number(),
        granted: list(oneOf(VOICE_FIELDS), VOICE_FIELDS.length),
        acts_before: acts,
        acts_after: acts,
        undecidable: t.boolean,
        summary: text({ max: 8192 }),
      }),
      200,
    ),
  },
  { cut: described(oneOf(['count', 'time']), 'Older ones were left out: there are too many, or it took too long') },
);
export type GrantPreviewView = t.TypeOf<typeof GrantPreviewView>;

export const previewGrant = route({
  method: 'post',
  path: `${BASE}/sources/{type}/{id}/grant/preview`,
  summary: 'What a grant would have meant for the recorded decisions of a source; nothing is kept',
  access: 'admin',
  params: GrantParams,
  query: nothing,
  body: record(
    { grant: described(t.union([GrantWish, t.null]), 'null: as if nothing were granted') },
    { days: number({ min: 1, max: 30, integer: true }) },
  ),
  answer: GrantPreviewView,
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
  one_source: described(
    record({
      looked_at: described(count, 'Permits of these days that were looked at, the newest first'),
      of: described(count, 'Permits of these days'),
      policies: list(record({ policy: text({ min: 1, max: 256 }), acts: count }), 50),
    }),
    'Acts on critical assets that one source alone reported: they ask a person from now on',
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

export const GRANT_ROUTES = { getGrant, putGrant, previewGrant, listUpgradeAsks } as const;
