import * as t from 'io-ts';
import { described, instant, list, number, oneOf, record } from '../../codec/codecs';
import { BASE, idText, nothing, route } from '../contract';

const id = idText;
const count = number({ min: 0, integer: true });

/** What an agent may lack. */
export const LACKS = ['ui', 'intake', 'decide', 'act', 'undo', 'policies', 'newest_policies', 'clock'] as const;
export type Lack = (typeof LACKS)[number];

/** One agent as it last told of itself. */
export const AgentView = record(
  {
    session: id,
    agent: id,
    this_one: t.boolean,
    since: described(instant, 'When it joined'),
    alive: described(t.boolean, 'False: its heartbeat stood still for so long that it was declared dead'),
    schema: described(count, 'The schema of the state that it speaks'),
    lacks: described(
      list(oneOf(LACKS), LACKS.length),
      'Roles that it has not; `policies`: none in force; `newest_policies`: an older version than others; `clock`: its clock is off, so it starts nothing',
    ),
    cannot_undo_at: described(list(id, 64), 'Connectors of the others at which it cannot undo'),
  },
  {
    host: id,
    roles: list(id, 16),
    bundle_version: count,
    heartbeat_ms: described(
      number({ min: 0 }),
      'For so long this agent has not seen its heartbeat move; missing before it looked at it',
    ),
    spooled: described(count, 'Events on its disk that are not in the state yet; missing: it does not say'),
    pending: described(count, 'Events that it is deciding right now; missing: it does not say'),
    journal: described(count, 'Commands in its undo journal that are not over; missing: it does not say'),
  },
);
export type AgentView = t.TypeOf<typeof AgentView>;

export const listAgents = route({
  method: 'get',
  path: `${BASE}/agents`,
  summary: 'The agents that work with this state, what each holds and what it cannot do, as they last told',
  access: 'read',
  params: nothing,
  query: nothing,
  body: nothing,
  answer: record({
    as_of: instant,
    total: count,
    agents: described(list(AgentView, 500), 'Those that are dead or lack something first, then by name'),
  }),
});

export const AGENT_ROUTES = { listAgents } as const;
