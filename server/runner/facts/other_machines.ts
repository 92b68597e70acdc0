import type { Clock, OwnThing } from '../ports';

/** What another session says, or once said, that its agent stands on. */
export interface PeerMachine {
  readonly session: string;
  readonly agent: string;
  readonly isAlive: boolean;
  /** Missing in sessions of older versions, and until that agent has looked: nobody knows. */
  readonly things?: readonly OwnThing[] | undefined;
}

/** What an agent stands on is guarded for so long after it was last seen alive: it may come back, and undoes alone. */
export const KEPT_MS = 3_600_000;
/** So many of one agent are published and believed; its own machine comes first. */
export const MOST_OF_ONE = 256;
const MOST_AGENTS = 64;
const MOST_CHARACTERS = 255;

/** So many of one's own things as others are told. */
export const toPublish = (things: readonly OwnThing[]): readonly OwnThing[] =>
  things
    .filter(({ text }) => text.length <= MOST_CHARACTERS)
    .slice(0, MOST_OF_ONE)
    .map(({ text, from }) => ({ text, from: from.slice(0, MOST_CHARACTERS) }));

interface Known {
  readonly agent: string;
  readonly things: readonly OwnThing[] | undefined;
  readonly isAlive: boolean;
  /** When it was last alive, or was first seen dead, monotonic ms. */
  readonly seenAt: number;
}

/** What the other agents of the fleet stand on, as their sessions say with their heartbeats. */
export class OtherMachines {
  private readonly known = new Map<string, Known>();
  private areKnown = true;

  constructor(private readonly clock: Pick<Clock, 'monotonic'>) {}

  /** False from the moment that a session begins until it looked at the others once. */
  get settled(): boolean {
    return this.areKnown;
  }

  /** A session begins: others may have joined since. */
  expect(): void {
    this.areKnown = false;
  }

  /** All others were looked at. */
  note(peers: readonly PeerMachine[]): void {
    this.areKnown = true;
    const now = this.clock.monotonic();
    for (const { session, agent, isAlive, things } of peers) {
      const before = this.known.get(session);
      const seenAt = isAlive ? now : (before?.seenAt ?? now);
      this.known.set(session, { agent, isAlive, seenAt, things: things && toPublish(things) });
    }
    const named = new Set(peers.map(({ session }) => session));
    for (const [session, each] of this.known) {
      if (!named.has(session)) this.known.set(session, { ...each, isAlive: false });
      if (now - each.seenAt > KEPT_MS) this.known.delete(session);
    }
  }

  /** What is guarded because of them, those that live first, with whose it is. */
  get things(): readonly OwnThing[] {
    return this.counted.flatMap(({ agent, things = [] }) =>
      things.map(({ text, from }) => ({ text, from: `agent \`${agent}\`: ${from}` })),
    );
  }

  /** What is not guarded because nobody said it, in sentences for people. */
  get missing(): readonly string[] {
    const silent = this.counted.filter(({ isAlive, things }) => isAlive && things === undefined);
    const agents = [...new Set(silent.map(({ agent }) => agent))].sort();
    const cut = this.known.size - this.counted.length;
    return [
      ...agents.map((agent) => `agent \`${agent}\` does not say what it stands on: it may be of an older version`),
      ...(cut > 0
        ? [`${cut} agents more have run lately, and what they stand on is not guarded: they are too many`]
        : []),
    ];
  }

  private get counted(): readonly Known[] {
    const all = [...this.known.values()];
    return [...all.filter(({ isAlive }) => isAlive), ...all.filter(({ isAlive }) => !isAlive)].slice(0, MOST_AGENTS);
  }
}
