import { iso } from '../../common/iso';
import type { StatusView } from '../../common/api/routes';
import type { LoadingStep } from '../../common/api/views';
import type { HostParts } from '../hosts/host_parts';
import type { Caller } from '../routes/bind';
import type { Agent } from '../runner/agent/agent';
import { contentOf } from '../runner/keeping/state_docs';
import { sessionId } from '../runner/keeping/kinds/session';
import type { Doctrine } from '../runner/doctrine/doctrine';
import { stopsOf } from '../runner/operations/brakes';
import { StoreUnavailable, type LocalStop } from '../runner/ports';
import type { ConnectorWatch } from './connector_health';

/** What the status is made of once everything is ready. */
export interface StatusParts {
  readonly agent: Agent;
  readonly localStop: LocalStop;
  readonly health: ConnectorWatch;
  /** Faults of configured connectors, in sentences. */
  readonly connectorFaults: readonly string[];
  readonly doctrine: Doctrine | undefined;
  readonly demo: () => boolean;
  readonly intakeHint: string | undefined;
}

const COUNT_EVERY_MS = 1_000;
const AGENTS_EVERY_MS = 3_000;
const PAGE_RIGHTS = ['read', 'respond', 'approve', 'author', 'admin'] as const;

interface Cached<Value> {
  at: number;
  value: Value;
}

/** Tells how this Reflex is. Counts are asked for at most once a second, however many pages are open. */
export class StatusTeller {
  private counts: Cached<{ waiting: number; containments: number }> = {
    at: -Infinity,
    value: { waiting: 0, containments: 0 },
  };
  private agents: Cached<StatusView['agents']> = { at: -Infinity, value: [] };
  private readonly steps = new Map<string, LoadingStep>();

  constructor(
    private readonly host: HostParts,
    private readonly version: string,
    private readonly parts: () => StatusParts | undefined,
  ) {}

  noteStep(step: LoadingStep): void {
    this.steps.set(step.id, step);
  }

  async tell(caller: Caller | undefined): Promise<StatusView> {
    const ready = this.parts();
    const base = {
      version: this.version,
      host: this.host.kind,
      caller: callerView(caller),
      steps: [...this.steps.values()],
    };
    const problems = this.host.problems().map((problem) => ({ ...problem }));
    if (!ready) {
      const nothing = { stops: [], waiting: 0, containments: 0, connectors: [], agents: [] };
      return {
        ...base,
        ...nothing,
        as_of: new Date().toISOString(),
        loading: true,
        mode: this.host.demo ? 'demo' : 'observing',
        troubles: problems,
      };
    }
    const { agent, localStop, health, connectorFaults, doctrine, demo, intakeHint } = ready;
    const { bundles, connectors, clock } = agent.parts;
    const bundle = bundles.status;
    const users = demo() ? this.host.users().map((user) => ({ ...user })) : [];
    const backlog = agent.door.backlog;
    return {
      ...base,
      as_of: iso(clock.utc()),
      loading: false,
      mode: demo() ? 'demo' : connectors.size === 0 ? 'observing' : 'live',
      stops: stopsOf(agent, localStop).map((stop) => ({ ...stop })),
      troubles: [
        ...problems,
        ...agent.troubles.map((trouble) => ({ ...trouble })),
        ...doctrineTroubles(doctrine),
        ...connectorFaults.map((text) => ({ code: 'connector_fault', text })),
      ],
      ...(caller ? await this.countsOf(agent) : { waiting: 0, containments: 0 }),
      connectors: [...connectors.values()].map(({ name, kind, capabilities }) => ({
        name,
        kind,
        ...health.healthOf(name),
        actions: [...capabilities.actions],
      })),
      agents: caller ? await this.agentsOf(agent) : [],
      counters: { ...agent.door.counters, spooled: backlog.spooled },
      ...(bundle
        ? {
            bundle: {
              version: bundle.version,
              digest: bundle.digest,
              policies: bundle.policies,
              ...(bundle.refused ? { refused: bundle.refused.fault.message } : {}),
            },
          }
        : {}),
      ...(users.length > 0 ? { users } : {}),
      ...(caller && intakeHint !== undefined ? { intake_hint: intakeHint } : {}),
    };
  }

  private async countsOf(agent: Agent): Promise<{ waiting: number; containments: number }> {
    const now = agent.parts.clock.monotonic();
    if (now - this.counts.at < COUNT_EVERY_MS) return this.counts.value;
    this.counts.at = now;
    try {
      const [waiting, containments] = await Promise.all([
        agent.parts.store.count({ kinds: ['case'], states: ['waiting'] }),
        agent.parts.store.count({ kinds: ['effect'], notStates: ['absent'] }),
      ]);
      this.counts.value = { waiting, containments };
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
    }
    return this.counts.value;
  }

  private async agentsOf(agent: Agent): Promise<StatusView['agents']> {
    const { session } = agent.shift ?? {};
    const now = agent.parts.clock.monotonic();
    if (!session?.gate || now - this.agents.at < AGENTS_EVERY_MS) return this.agents.value;
    this.agents.at = now;
    const ids = [session.id, ...session.livePeers];
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

/** What is wrong with the policy repository, or that another agent's is the one that counts. */
const doctrineTroubles = (doctrine: Doctrine | undefined): Array<{ code: string; text: string }> =>
  doctrine && 'text' in doctrine.state
    ? [{ code: 'policy_repository', text: `the policy repository: ${doctrine.state.text}` }]
    : [];

const callerView = (caller: Caller | undefined): StatusView['caller'] =>
  caller
    ? {
        name: caller.name,
        single_user: caller.singleUser,
        may: PAGE_RIGHTS.filter((right) => caller.may.includes(right)),
      }
    : null;
