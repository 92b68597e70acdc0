import { iso } from '../../common/iso';
import { present } from '../../common/present';
import { callTarget } from '../runner/executing/call_target';
import { Failures, inBackground } from '../runner/keeping/in_background';
import type {
  Chance,
  Clock,
  Connector,
  ConnectorFacts,
  ConnectorHealth,
  ConnectorHealths,
  EvidenceEntry,
  EvidenceLog,
  Log,
} from '../runner/ports';

const ASK_EVERY_MS = 15_000;
/** What could not be filed yet, the newest of it: a target that flaps while OpenSearch is away must not fill memory. */
const MOST_UNFILED = 100;

interface WatchPorts {
  readonly clock: Clock;
  readonly log: Log;
  readonly chance: Pick<Chance, 'uuid'>;
  readonly evidence: Pick<EvidenceLog, 'append'>;
  /** Name of this agent: others may see the same target in another way. */
  readonly agent: string;
  readonly changed: (topic: string, id: string) => void;
}

const NOT_ASKED: ConnectorFacts = { state: 'degraded', text: 'not asked yet' };

/** What a change is: texts may hold times and counts, and are none. */
const faceOf = ({ state, authorised, cannot = [] }: ConnectorHealth): string =>
  JSON.stringify([state, authorised ?? null, cannot.map(({ action }) => action).sort()]);

/**
 * Asks each connector now and then how its target is. What a target does not let us do any more stops acts before they
 * are claimed; each change is on record.
 */
export class ConnectorWatch implements ConnectorHealths {
  private readonly healths = new Map<string, ConnectorFacts>();
  private readonly unfiled: EvidenceEntry[] = [];
  private readonly failures: Failures;

  constructor(
    private readonly connectors: ReadonlyMap<string, Connector>,
    private readonly ports: WatchPorts,
  ) {
    this.failures = new Failures(ports.log, 'the health of connectors could not be put on record');
  }

  healthOf(name: string): ConnectorFacts {
    return this.healths.get(name) ?? NOT_ASKED;
  }

  /** INVARIANT (INV-11): it only ever takes away what may start. */
  cannot(connector: string, action: string): string | undefined {
    const { authorised, text, cannot = [] } = this.healthOf(connector);
    return authorised === false ? text : cannot.find((each) => each.action === action)?.why;
  }

  start(until: () => boolean): void {
    inBackground(this.ports, 'asking connectors', this.run(until));
  }

  /** Asks all of them once, and files what changed. */
  async look(): Promise<void> {
    await Promise.all([...this.connectors].map(([name, connector]) => this.ask(name, connector)));
    await this.file();
  }

  private async run(until: () => boolean): Promise<void> {
    while (!until()) {
      await this.look();
      await this.ports.clock.sleep(ASK_EVERY_MS);
    }
  }

  private async ask(name: string, connector: Connector): Promise<void> {
    const { clock, log, changed } = this.ports;
    const health = await callTarget<ConnectorHealth>(
      clock,
      connector.capabilities.request_timeout_ms,
      (signal) => connector.status({ signal }),
      (why) => ({ state: 'down', text: why }),
    );
    const now = clock.utc();
    const before = this.healths.get(name);
    const isSame = before !== undefined && faceOf(before) === faceOf(health);
    this.healths.set(name, { ...health, since: isSame ? (before.since ?? now) : now, askedAt: now });
    // That a connector works from the start is no news.
    if (isSame || (before === undefined && health.state === 'ok')) return;
    log.warn('the health of a connector changed', { connector: name, state: health.state, text: health.text });
    this.note(name, health, now);
    changed('connector', name);
  }

  private note(connector: string, { state, text, authorised, cannot }: ConnectorHealth, now: number): void {
    const { chance, agent } = this.ports;
    const at = iso(now);
    const body = {
      connector,
      state: `health_${state}`,
      agent,
      at,
      text: text.slice(0, 4_096),
      ...present({ authorised, cannot: cannot && cannot.map(({ action, why }) => ({ action, why })) }),
    };
    this.unfiled.push({ family: 'actions', id: `health#${chance.uuid()}`, at, body });
    if (this.unfiled.length > MOST_UNFILED) this.unfiled.shift();
  }

  /** What OpenSearch does not take now is filed with the next look. */
  private async file(): Promise<void> {
    const entries = [...this.unfiled];
    if (entries.length === 0) return;
    try {
      await this.ports.evidence.append(entries);
      this.unfiled.splice(0, entries.length);
      this.failures.over();
    } catch (cause) {
      this.failures.note(cause);
    }
  }
}
