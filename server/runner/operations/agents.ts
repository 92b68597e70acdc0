import type { AgentView, Lack } from '../../../common/api/routes';
import { err, ok, type Result } from '../../../common/result';
import { present } from '../../../common/present';
import type { AgentWith } from '../agent/views';
import type { GateSession } from '../keeping/kinds/gate';
import type { SessionContent } from '../keeping/kinds/session';
import { NOT_JOINED, type Refusal } from '../record/refusal';
import type { Session } from '../session/session';

/* The agents of the fleet as their heartbeats tell of them: asking costs nothing, and nothing is written for it. */

type Seeing = Pick<Session, 'id' | 'gate' | 'saysOfItself' | 'deadForMs' | 'stillForMs'>;

interface Fleet extends AgentWith<'bundles'> {
  readonly shift: { readonly session: Seeing } | undefined;
}

const ROLES = ['ui', 'intake', 'decide', 'act', 'undo'] as const satisfies readonly Lack[];

/** What of the fleet an agent is compared with. */
interface Others {
  readonly newest: number;
  /** Connectors at which some agent can undo. */
  readonly connectors: readonly string[];
}

const lacksOf = ({ roles, bundle_version, clock_off }: SessionContent, { newest }: Others): Lack[] => [
  ...ROLES.filter((role) => !roles.includes(role)),
  ...(bundle_version === 0 ? (['policies'] as const) : []),
  ...(bundle_version > 0 && bundle_version < newest ? (['newest_policies'] as const) : []),
  ...(clock_off === true ? (['clock'] as const) : []),
];

/** Of one that does not say what it can undo, nothing is said. */
const notUndoneBy = ({ undoes }: SessionContent, { connectors }: Others): string[] =>
  undoes === undefined ? [] : connectors.filter((name) => (undoes[name] ?? []).length === 0);

const viewOf = (
  session: Seeing,
  [id, { agent, joined_at, schema = 1 }]: readonly [string, GateSession],
  { said, others }: { readonly said: SessionContent | undefined; readonly others: Others },
): AgentView => ({
  session: id,
  agent,
  this_one: id === session.id,
  since: joined_at,
  alive: session.deadForMs(id) === undefined,
  schema,
  lacks: said === undefined ? [] : lacksOf(said, others),
  cannot_undo_at: said === undefined ? [] : notUndoneBy(said, others),
  ...present({
    host: said?.host,
    roles: said && [...said.roles],
    bundle_version: said?.bundle_version,
    heartbeat_ms: session.stillForMs(id),
    ...said?.holds,
  }),
});

const isWorse = ({ alive, lacks, cannot_undo_at }: AgentView): number =>
  alive ? Math.min(1, lacks.length + cannot_undo_at.length) : 2;

/** All that the gate names, those that are dead or lack something first. */
export const agentsOf = ({ parts, shift }: Fleet): Result<readonly AgentView[], Refusal> => {
  const session = shift?.session;
  const gate = session?.gate;
  if (session === undefined || gate === undefined) return err(NOT_JOINED);
  // This agent knows of itself what its next heartbeat will tell.
  const own = { bundle_version: parts.bundles.status?.version ?? 0 };
  const saysOf = (id: string): SessionContent | undefined => {
    const said = session.saysOfItself(id);
    return said && id === session.id ? { ...said, ...own } : said;
  };
  const all = Object.entries(gate.sessions).map((entry) => ({ entry, said: saysOf(entry[0]) }));
  const known = all.flatMap(({ said }) => said ?? []);
  const others: Others = {
    newest: Math.max(0, ...known.map(({ bundle_version }) => bundle_version)),
    connectors: [...new Set(known.flatMap(({ undoes }) => Object.keys(undoes ?? {})))].sort(),
  };
  return ok(
    all
      .map(({ entry, said }) => viewOf(session, entry, { said, others }))
      .sort((one, other) => isWorse(other) - isWorse(one) || one.agent.localeCompare(other.agent)),
  );
};
