import * as t from 'io-ts';
import { Target } from '../../flow/decision';
import { described, instant, list, number, oneOf, record } from '../../codec/codecs';
import { alsoAs, anything, BASE, idText, nothing, reasonText, route, targetText } from '../contract';
import { AskFor, LabelAlong, LabelledCount, AsksFirst, ContainmentView } from '../views';

const id = idText;

/** Why only the journal of one machine tells of containments. */
export const HERE_STATES = ['asked', 'away', 'replaced'] as const;

/** A containment as the journal of the machine has it that executed it. */
export const HereContainment = record({
  effect_id: id,
  connector: id,
  action: id,
  target: Target,
  since: described(instant, 'When it was claimed'),
  due: described(t.union([instant, t.null]), 'When its last reason ends; null if only a person ends it'),
  undoing: described(t.boolean, 'This machine is undoing it from its journal'),
});
export type HereContainment = t.TypeOf<typeof HereContainment>;

/** Containments that, as far as anybody can tell now, are known to one machine only. */
export const HereOnlyView = record({
  state: described(
    oneOf(HERE_STATES),
    '`asked`: the state has no record of them. `away`: OpenSearch does not answer. `replaced`: the state is not the one that this agent knows. In both latter cases `containments` is empty, and what other machines hold is not known',
  ),
  host: id,
  total: number(),
  containments: list(HereContainment, 1000),
});
export type HereOnlyView = t.TypeOf<typeof HereOnlyView>;

export const listContainments = route({
  method: 'get',
  path: `${BASE}/containments`,
  summary: 'What is in effect because of us, soonest to end first',
  access: 'read',
  params: nothing,
  query: record({}, { target: targetText }),
  body: anything,
  whileStarting: 'disk',
  answer: record(
    { as_of: instant, total: number(), containments: list(ContainmentView, 1000) },
    {
      asks_first: described(
        list(AsksFirst, 1000),
        'Targets about which a person said something: nothing is done to them without one',
      ),
      also_as: alsoAs,
      here_only: described(HereOnlyView, 'Missing where the state answers and knows of everything'),
    },
  ),
});

export const getContainment = route({
  method: 'get',
  path: `${BASE}/containments/{effect_id}`,
  summary: 'One effect as it is now (realtime), absent ones included',
  access: 'read',
  params: record({ effect_id: id }),
  query: nothing,
  body: anything,
  answer: record({ state: id }, { containment: ContainmentView }),
});

export const liftContainment = route({
  method: 'post',
  path: `${BASE}/containments/{effect_id}/lift`,
  summary: 'Undo an effect now',
  access: 'respond',
  params: record({ effect_id: id }),
  query: nothing,
  body: record(
    { reason: reasonText },
    {
      ask_for_ms: AskFor,
      label: LabelAlong,
      force: described(t.boolean, 'Undo although somebody changed it since'),
    },
  ),
  answer: record({ effect_id: id }, { labelled: LabelledCount }),
});

export const closeContainment = route({
  method: 'post',
  path: `${BASE}/containments/{effect_id}/close`,
  summary: 'Close what nothing takes back and nobody knows the outcome of, by what a person found at its target',
  access: 'respond',
  params: record({ effect_id: id }),
  query: nothing,
  body: record({
    as: described(oneOf(['happened', 'not_happened']), 'What was found there; it is never counted as verified'),
    reason: reasonText,
  }),
  answer: record({ effect_id: id }),
});

/** What is in effect at the targets beside the containments of Reflex. */
export const BesideView = record({
  as_of: instant,
  connectors: list(
    record(
      {
        connector: id,
        kind: id,
        effects: list(
          record(
            {
              action: id,
              target: Target,
              whose: described(
                oneOf(['others', 'unknown_mark']),
                '`others`: it carries no mark of Reflex. `unknown_mark`: it carries one that no containment has',
              ),
            },
            { command_id: id, since: t.string },
          ),
          1000,
        ),
      },
      {
        why: described(t.string, 'Why its target could not say'),
        more: described(number({ min: 1, integer: true }), 'How many more there are'),
      },
    ),
    64,
  ),
});
export type BesideView = t.TypeOf<typeof BesideView>;

export const listBeside = route({
  method: 'get',
  path: `${BASE}/beside`,
  summary: 'What others contain at the targets of the connectors; asks them, at most twice a minute',
  access: 'read',
  params: nothing,
  query: nothing,
  body: anything,
  answer: BesideView,
});

export const CONTAINMENTS_ROUTES = {
  listBeside,
  listContainments,
  getContainment,
  liftContainment,
  closeContainment,
} as const;
