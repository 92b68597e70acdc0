import { contentOf, bodyOf } from '../keeping/state_docs';
import { inBackground } from '../keeping/in_background';
import { sessionId, type SessionContent } from '../keeping/kinds/session';
import { StoreUnavailable, type Chance, type Clock, type Log, type StateDoc, type StateStore } from '../ports';
import { DEAD_AFTER_MS } from './session_times';

export interface PeerPorts {
  readonly store: StateStore;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly log: Log;
}

/** Another session as it was last seen. */
export interface PeerSeen {
  readonly content: SessionContent;
  readonly isAlive: boolean;
}

/**
 * Declares a session dead that stood still, so that its next heartbeat is refused.
 *
 * @returns false if it moved meanwhile, or if nobody knows
 */
export const declareDead = async ({ store, chance, log }: PeerPorts, doc: StateDoc): Promise<boolean> => {
  const peer = contentOf('session', doc);
  if (!peer) return false;
  const facets = { ...doc.facets, state: 'dead' };
  const body = { ...bodyOf(doc), facets, write_id: chance.uuid(), content: { ...peer, dead: true } };
  const [outcome] = await store.bulk([{ id: doc.id, expect: doc.version, body }]);
  if (outcome?.kind !== 'written') return false;
  log.warn('a session is silent and was declared dead', { session: peer.id, agent: peer.agent });
  return true;
};

/** All others are looked at this often, ms. */
const LOOK_EVERY_MS = 1_000;
/**
 * Time in which looks were not answered counts as standing still up to this, ms. While OpenSearch is away nobody can
 * count: whoever is the first one back would find all others dead.
 */
const MOST_UNANSWERED_MS = 1_500;

/** A heartbeat counter as it was seen last, and for how long it was seen to stand there. Monotonic ms. */
interface Stand {
  readonly n: number;
  readonly forMs: number;
  readonly at: number;
}

/** Which of the other sessions live. Nobody compares clocks: one that stands still on this clock for long is dead. */
export class Peers {
  private readonly ports: PeerPorts;
  private readonly seen = new Map<string, Stand>();
  /** The last look was not answered. */
  private isUnanswered = false;
  private isLooking = false;
  private nextLook = -Infinity;
  private readonly deadSince = new Map<string, number>();
  private readonly documents = new Map<string, SessionContent>();

  constructor(ports: PeerPorts) {
    this.ports = ports;
  }

  get dead(): readonly string[] {
    return [...this.deadSince.keys()];
  }

  deadForMs(id: string): number | undefined {
    const since = this.deadSince.get(id);
    return since === undefined ? undefined : this.ports.clock.monotonic() - since;
  }

  /** Those that are not known to be dead. */
  among(ids: readonly string[]): readonly string[] {
    return ids.filter((id) => !this.deadSince.has(id));
  }

  /** For so long the heartbeat of another session was seen to stand, ms; undefined before it was looked at. */
  stillForMs(id: string): number | undefined {
    const stand = this.seen.get(id);
    return stand && stand.forMs + (this.ports.clock.monotonic() - stand.at);
  }

  /** What another session last said of itself; undefined before it was looked at. Kept when it dies. */
  lastSeen(id: string): SessionContent | undefined {
    return this.documents.get(id);
  }

  /** The same of each of these, and whether it lives as far as is known. */
  seenOf(ids: readonly string[]): readonly PeerSeen[] {
    return ids.flatMap((id) => {
      const content = this.documents.get(id);
      return content ? [{ content, isAlive: !this.deadSince.has(id) }] : [];
    });
  }

  forget(id: string): void {
    this.documents.delete(id);
    this.deadSince.delete(id);
    this.seen.delete(id);
  }

  /**
   * Looks at each if that is due, beside everything else: no heartbeat waits for it, however many are dead.
   *
   * @param told after each look that was answered
   */
  lookBeside(all: readonly string[], told: () => void): void {
    const { clock, log } = this.ports;
    if (this.isLooking || clock.monotonic() < this.nextLook) return;
    this.isLooking = true;
    this.nextLook = clock.monotonic() + LOOK_EVERY_MS;
    const looked = this.watch(all)
      .then((isAnswered) => void (isAnswered && told()))
      .finally(() => {
        this.isLooking = false;
      });
    inBackground({ log }, 'looking at the other sessions', looked);
  }

  /**
   * Looks at each once, and declares those dead that stood still for long.
   *
   * @returns false if OpenSearch did not answer
   */
  async watch(all: readonly string[]): Promise<boolean> {
    // What left the gate has nothing left: nobody needs to remember that it is dead.
    for (const id of this.dead) if (!all.includes(id)) this.forget(id);
    const ids = this.among(all);
    if (ids.length === 0) return true;
    try {
      const found = await this.ports.store.getMany(ids.map(sessionId));
      await Promise.all(ids.map((id) => this.look(id, found.get(sessionId(id)))));
      this.isUnanswered = false;
      return true;
    } catch (cause) {
      if (!(cause instanceof StoreUnavailable)) throw cause;
      this.isUnanswered = true;
      return false;
    }
  }

  private async look(id: string, doc: StateDoc | undefined): Promise<void> {
    const { clock } = this.ports;
    const peer = contentOf('session', doc);
    if (peer) this.documents.set(id, peer);
    if (!doc || !peer || peer.dead) {
      this.deadSince.set(id, clock.monotonic());
      return;
    }
    const at = clock.monotonic();
    const before = this.seen.get(id);
    const stood = before?.n === peer.n ? before : { at, forMs: 0 };
    const passed = at - stood.at;
    const forMs = stood.forMs + (this.isUnanswered ? Math.min(passed, MOST_UNANSWERED_MS) : passed);
    this.seen.set(id, { n: peer.n, forMs, at });
    if (forMs >= DEAD_AFTER_MS && (await declareDead(this.ports, doc))) this.deadSince.set(id, clock.monotonic());
  }
}
