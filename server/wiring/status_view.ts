import { present } from '../../common/present';
import type { Agent } from '../runner/agent/agent';
import type { AgentWith, JoinedWith } from '../runner/agent/views';
import { iso } from '../../common/iso';
import type { StatusView } from '../../common/api/routes';
import { REFLEX_VERSION } from '../hosts/build_constants';
import type { HostParts } from '../hosts/host_parts';
import type { Caller } from '../routes/bind';
import { contentOf } from '../runner/keeping/state_docs';
import { handedOver } from '../runner/keeping/kinds/case';
import { sessionId } from '../runner/keeping/kinds/session';
import type { Doctrine } from '../runner/doctrine/doctrine';
import { stopsOf } from '../runner/operations/brakes';
import { suspendedView } from '../runner/operations/undo_suspension';
import { breaches } from '../runner/operations/limit_breaches';
import { nextUndo } from '../runner/operations/here_only';
import { StoreUnavailable } from '../runner/ports';
import type { SourceHealth } from '../runner/sources/source_health';
import type { HostStop } from '../runner/session/host_stop';
import { liveReports } from '../runner/session/live_reports';
import type { BundleStatus } from '../runner/trust/bundle_keeper';
import type { Engine } from './build';
import type { HostDemo } from './demo/host_demo';
import { connectorsView, connectorTroubles } from './connectors_view';
import { QuarantineCount } from './quarantine_count';
import type { StartSteps } from './start_steps';

/** What the status is made of once everything is ready. */
type StatusParts = Pick<
  Engine,
  | 'agent'
  | 'health'
  | 'connectorFaults'
  | 'secrets'
  | 'doctrine'
  | 'intakeHint'
  | 'demo'
  | 'sourceHealth'
  | 'outcomes'
  | 'handOvers'
  | 'setup'
  | 'audit'
>;

/** What the status is made of from the start on. */
interface StatusSetting {
  readonly host: Pick<HostParts, 'kind' | 'problems' | 'users' | 'stepsSoFar'>;
  readonly steps: Pick<StartSteps, 'all'>;
  readonly demo: Pick<HostDemo, 'runs'>;
  readonly hostStop: HostStop;
  /** A text without secrets: errors of whatever does not answer may carry them. */
  readonly shown: (text: string) => string;
}

/** The life at hand, as far as the status tells of it. */
interface StatusLife {
  /** Defined once everything works. */
  readonly ready: unknown;
  readonly standing: StatusParts | undefined;
}

const COUNT_EVERY_MS = 1_000;
const MOST_LEFT = 1_000;
const AGENTS_EVERY_MS = 3_000;
const PAGE_RIGHTS = ['read', 'respond', 'approve', 'author', 'admin'] as const;

/* The contract takes no more: one answer that is too long would leave the page without any. */
const MOST_CONNECTORS = 64;
const MOST_TROUBLES = 16;
const MOST_STOPS = 64;
const MOST_AGENTS = 64;

interface Cached<Value> {
  at: number;
  value: Value;
}

/** What does not depend on who asks. */
type Told = Omit<StatusView, 'version' | 'host' | 'caller' | 'steps' | keyof Seen>;
/** What only somebody may see who may look. */
type Seen = Pick<
  StatusView,
  'waiting' | 'containments' | 'agents' | 'intake_hint' | 'here_only' | 'quarantine' | 'setup_open'
>;

const NOTHING_SEEN: Seen = { waiting: 0, containments: 0, agents: [] };

const bundleView = (bundle: BundleStatus | undefined): Pick<StatusView, 'bundle'> => {
  if (!bundle) return {};
  const { version, digest, policies, refused } = bundle;
  return { bundle: { version, digest, policies, ...present({ refused: refused && refused.fault.message }) } };
};

/** What is wrong with the policy repository, or that another agent's is the one that counts. */
const doctrineTroubles = (doctrine: Doctrine | undefined): Array<{ code: string; text: string }> =>
  doctrine && 'text' in doctrine.state
    ? [{ code: 'policy_repository', text: `the policy repository: ${doctrine.state.text}` }]
    : [];

/** A source that does not work is a trouble after this: brokers and nodes restart, ms. */
const STANDS_AFTER_MS = 60_000;
/** Sources that the trouble names; their page names all. */
const MOST_NAMED = 3;

/** Sources that bring nothing: silence must not look like peace. */
const sourceTroubles = (health: Pick<SourceHealth, 'standing'>): Array<{ code: string; text: string }> => {
  const standing = health.standing(STANDS_AFTER_MS);
  if (standing.length === 0) return [];
  const named = standing
    .slice(0, MOST_NAMED)
    .map(({ source: { type, id }, error }) => `${type}:${id}${error === undefined ? '' : ` (${error.slice(0, 200)})`}`);
  const more = standing.length > MOST_NAMED ? ` and ${standing.length - MOST_NAMED} more` : '';
  return [{ code: 'source_stands', text: `not read for more than a minute: ${named.join(', ')}${more}` }];
};

/** Monitors that fail and are not switched off: what they were to find, nobody finds. */
const failingTroubles = ({
  parts: { failing, switches },
}: AgentWith<'failing' | 'switches'>): StatusView['troubles'] => {
  const all = failing.all.filter(({ source }) => switches.off(source) === undefined);
  if (all.length === 0) return [];
  const named = all
    .slice(0, MOST_NAMED)
    .map(({ source, name, since, words }) => `${name || source.id} since ${since}: ${words.slice(0, 200)}`);
  const more = all.length > MOST_NAMED ? `; and ${all.length - MOST_NAMED} more` : '';
  return [{ code: 'detection_fails', text: `monitors fail in OpenSearch: ${named.join('; ')}${more}` }];
};

/** The gravest that is true: nobody is to read `live` on an agent that decides nothing. */
const modeOf = ({ agent, demo }: Pick<StatusParts, 'agent' | 'demo'>): StatusView['mode'] => {
  const { bundles, connectors } = agent.parts;
  if (agent.has('decide') && bundles.status === undefined) return 'cannot_decide';
  return demo ? 'demo' : connectors.size === 0 ? 'observing' : 'live';
};

/** Effects that no agent can undo, so many as a page lists. */
const leftView = ({ shift }: Pick<Agent, 'shift'>): Pick<StatusView, 'nobody_can_undo'> => {
  const left = shift?.effects.nobodyCanUndo ?? [];
  return left.length === 0 ? {} : { nobody_can_undo: left.slice(0, MOST_LEFT).map((each) => ({ ...each })) };
};

const hereView = ({
  knownHere,
  parts,
}: Pick<Agent, 'knownHere'> & AgentWith<'clock'>): Pick<StatusView, 'here_only'> => {
  const { state, effects, silent_for_ms: silent } = knownHere;
  if (state === 'asked' && effects.size === 0) return {};
  const since = silent === undefined ? undefined : iso(parts.clock.utc() - Math.round(silent));
  return { here_only: { state, total: effects.size, ...present({ since, next_undo: nextUndo(knownHere) }) } };
};

/** The gravest first, so many as the status has room for; how many more there are is told. */
const fewTroubles = (troubles: StatusView['troubles']): StatusView['troubles'] => {
  if (troubles.length <= MOST_TROUBLES) return troubles;
  const shown = troubles.slice(0, MOST_TROUBLES - 1);
  return [...shown, { code: 'more_troubles', text: `${troubles.length - shown.length} more; mend these first` }];
};

const liveView = ({ shift }: Pick<Agent, 'shift'>): Pick<StatusView, 'live'> => {
  const reports = shift ? liveReports(shift.session) : [];
  return reports.length === 0 ? {} : { live: reports.slice(0, MOST_CONNECTORS).map((each) => ({ ...each })) };
};

const callerView = (caller: Caller): StatusView['caller'] => ({
  name: caller.name,
  single_user: caller.singleUser,
  may: PAGE_RIGHTS.filter((right) => caller.may.includes(right)),
});

/** Tells how this Reflex is. Counts are asked for at most once a second, however many pages are open. */
export class StatusTeller {
  private counts: Cached<{ waiting: number; containments: number }> = {
    at: -Infinity,
    value: { waiting: 0, containments: 0 },
  };
  private readonly quarantine = new QuarantineCount();
  private agents: Cached<StatusView['agents']> = { at: -Infinity, value: [] };
  private readonly setting: StatusSetting;
  private readonly life: StatusLife;

  constructor(setting: StatusSetting, life: StatusLife) {
    this.setting = setting;
    this.life = life;
  }

  /** @param caller who may look */
  async tell(caller: Caller): Promise<StatusView> {
    const parts = this.life.standing;
    const seen = parts ? await this.seen(parts) : NOTHING_SEEN;
    const { kind: host } = this.setting.host;
    return { version: REFLEX_VERSION, host, caller: callerView(caller), ...this.known(), ...seen };
  }

  /** What is known without asking OpenSearch anything. */
  known(): Told & Pick<StatusView, 'steps'> {
    const { host, steps, shown } = this.setting;
    const parts = this.life.standing;
    const told = parts ? this.whenStanding(parts) : this.whileLoading();
    const troubles = told.troubles.map((trouble) => ({ ...trouble, text: shown(trouble.text) }));
    const soFar = (host.stepsSoFar?.() ?? steps.all).map((step) => ({
      ...step,
      ...present({ detail: step.detail === undefined ? undefined : shown(step.detail) }),
    }));
    return { steps: soFar, ...told, troubles };
  }

  private problems(): StatusView['troubles'] {
    return this.setting.host.problems().map((problem) => ({ ...problem }));
  }

  private modeWhileLoading(): StatusView['mode'] {
    return this.setting.demo.runs ? 'demo' : 'observing';
  }

  private whileLoading(): Told {
    return {
      as_of: new Date().toISOString(),
      loading: true,
      mode: this.modeWhileLoading(),
      troubles: this.problems(),
      stops: stopsOf({ shift: undefined }, this.setting.hostStop).map((stop) => ({ ...stop })),
      connectors: [],
    };
  }

  private whenStanding(parts: StatusParts): Told {
    const { agent, connectorFaults, doctrine, demo, secrets } = parts;
    const { bundles, clock } = agent.parts;
    const users = demo ? this.setting.host.users().map((user) => ({ ...user })) : [];
    return {
      as_of: iso(clock.utc()),
      loading: this.life.ready === undefined,
      mode: this.life.ready === undefined ? this.modeWhileLoading() : modeOf(parts),
      stops: stopsOf(agent, this.setting.hostStop)
        .slice(0, MOST_STOPS)
        .map((stop) => ({ ...stop })),
      troubles: fewTroubles([
        ...this.problems(),
        ...agent.troubles.map((trouble) => ({ ...trouble })),
        ...doctrineTroubles(doctrine),
        ...sourceTroubles(parts.sourceHealth),
        ...failingTroubles(agent),
        ...parts.outcomes.troubles().map((trouble) => ({ ...trouble })),
        ...parts.handOvers.troubles().map((trouble) => ({ ...trouble })),
        ...connectorTroubles(parts),
        ...connectorFaults.map((text) => ({ code: 'connector_fault', text })),
        ...secrets.troubles().map((trouble) => ({ ...trouble })),
        ...parts.audit.troubles().map((trouble) => ({ ...trouble })),
      ]),
      connectors: connectorsView(parts, MOST_CONNECTORS),
      counters: { ...agent.door.counters, spooled: agent.door.backlog.spooled },
      ...suspendedView(agent),
      ...leftView(agent),
      ...liveView(agent),
      ...bundleView(bundles.status),
      ...present({ users: users.length > 0 ? users : undefined }),
    };
  }

  private async seen({ agent, intakeHint, setup }: StatusParts): Promise<Seen> {
    const here = hereView(agent);
    // Nobody waits for a state that does not answer: the page shows what is known here instead.
    const isAsked = agent.knownHere.state === 'asked';
    const counts = isAsked ? await this.countsOf(agent) : this.counts.value;
    const agents = await this.agentsOf(agent);
    const quarantine = isAsked ? await this.quarantine.of(agent) : undefined;
    setup.keep();
    const { open: setup_open } = setup;
    return { ...counts, agents, ...here, ...present({ intake_hint: intakeHint, quarantine, setup_open }) };
  }

  private async countsOf(
    agent: AgentWith<'bundles' | 'clock' | 'store'>,
  ): Promise<{ waiting: number; containments: number }> {
    const now = agent.parts.clock.monotonic();
    if (now - this.counts.at < COUNT_EVERY_MS) return this.counts.value;
    this.counts.at = now;
    try {
      const [alone, handed, byLimit, containments] = await Promise.all([
        agent.parts.store.count({ kinds: ['case'], states: ['waiting'], requested: false }),
        agent.parts.store.count(handedOver),
        breaches(agent),
        agent.parts.store.count({ kinds: ['effect'], notStates: ['absent'] }),
      ]);
      this.counts.value = { waiting: alone + handed + byLimit.length, containments };
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
    return this.counts.value;
  }

  private async agentsOf(agent: AgentWith<'clock' | 'store'> & JoinedWith<'session'>): Promise<StatusView['agents']> {
    const session = agent.shift?.parts.session;
    const now = agent.parts.clock.monotonic();
    if (!session?.gate || now - this.agents.at < AGENTS_EVERY_MS) return this.agents.value;
    this.agents.at = now;
    const ids = [session.id, ...session.livePeers].slice(0, MOST_AGENTS);
    try {
      const found = await agent.parts.store.getMany(ids.map(sessionId));
      this.agents.value = ids.flatMap((id) => {
        const content = contentOf('session', found.get(sessionId(id)));
        return content
          ? [
              {
                session: id,
                agent: content.agent,
                host: content.host,
                since: content.started_at,
                this_one: id === session.id,
                bundle_version: content.bundle_version,
              },
            ]
          : [];
      });
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
    return this.agents.value;
  }
}
