import { readEntity } from '../../../common/entity/read';
import type { EntityKey } from '../../../common/entity/entity';
import { whyOf } from '../../../common/why';
import type { OwnMachine } from '../../engine/brakes/own_machine';
import { ownIndex, type OwnIndex } from '../../engine/entity/own_index';
import { again } from '../keeping/in_background';
import { OtherMachines, toPublish, type PeerMachine } from './other_machines';
import type { Clock, Log, OwnFound, OwnSource, OwnThing, ResolveName } from '../ports';

/*
 * What belongs to this machine and all that it needs. Found in the background: the brakes only ask the list as it was
 * found last, so that no act waits for a file, a name server or OpenSearch.
 */

export const LOOK_EVERY_MS = 30_000;
/** Until everything was found once nothing starts, so it is looked for again soon. */
export const FIRST_LOOK_MS = 1_000;
const RESOLVE_EVERY_MS = 300_000;
/** Name servers that answer in turns tell another address each time: each is kept for so long. */
const KEEP_ADDRESS_MS = 3_600_000;
const MOST_THINGS = 16_384;

interface OwnPorts {
  readonly sources: readonly OwnSource[];
  readonly resolve: ResolveName;
  readonly clock: Clock;
  readonly log: Log;
}

/** Addresses of one name, by when they were last told; monotonic ms. */
interface Resolved {
  readonly addresses: Map<string, number>;
  askAgainAt: number;
  why?: string;
}

const isAddress = (text: string): boolean => readEntity('ip', text).ok;

/** Follows what belongs to this installation, and what its other agents stand on; answers at once. */
export class OwnMachineKeeper implements OwnMachine {
  private readonly ports: OwnPorts;
  private readonly found = new Map<string, OwnFound>();
  private readonly names = new Map<string, Resolved>();
  private index: OwnIndex = ownIndex([]);
  private things: readonly OwnThing[] = [];
  private isSettled = false;
  /** How many were found that are not in the list any more. */
  private left = 0;
  private failing = new Map<string, string>();
  /** What this agent found, as it found it. */
  private named: readonly OwnThing[] = [];
  private local: readonly OwnThing[] = [];
  private readonly others: OtherMachines;

  constructor(ports: OwnPorts) {
    this.ports = ports;
    this.others = new OtherMachines(ports.clock);
  }

  readonly settled = (): boolean => this.isSettled && this.others.settled;

  /** What the other agents are told; undefined until everything was found once. */
  get published(): readonly OwnThing[] | undefined {
    return this.isSettled ? toPublish(this.local) : undefined;
  }

  /** A session begins: nothing is settled until it looked at the other agents once. */
  expectOthers(): void {
    this.others.expect();
  }

  /** What the other agents stand on, as they say now. */
  noteOthers(peers: readonly PeerMachine[]): void {
    this.others.note(peers);
    this.arrange();
  }

  readonly covers = (names: readonly EntityKey[]): OwnThing | undefined => this.index.covers(names);

  /** Everything that was found, and what could not be. */
  get list(): OwnFound {
    const unresolved = [...this.names]
      .filter(([, { addresses }]) => addresses.size === 0)
      .map(([name, { why }]) => `\`${name}\` has no address that this machine can find${why ? `: ${why}` : ''}`);
    const failed = [...this.failing].map(([source, why]) => `${source} does not say what it is: ${why}`);
    const missing = [...this.found.values()].flatMap((each) => each.missing);
    const cut = this.left > 0 ? [`${this.left} more were found and are not guarded: that is too many`] : [];
    return { things: this.things, missing: [...cut, ...failed, ...missing, ...unresolved, ...this.others.missing] };
  }

  /** Looks everywhere once. What a place said before counts for as long as it says nothing new. */
  async look(): Promise<void> {
    const { sources } = this.ports;
    await Promise.all(sources.map((source) => this.ask(source)));
    const named = [...this.found.values()].flatMap(({ things }) => things);
    await this.resolve(new Set(named.map(({ text }) => text).filter((text) => !isAddress(text))));
    this.named = named;
    this.arrange();
    this.isSettled ||= sources.every(({ name }) => this.found.has(name));
  }

  /** Follows it, whatever changes. */
  follow(until: () => boolean): Promise<void> {
    const everyMs = (): number => (this.isSettled ? LOOK_EVERY_MS : FIRST_LOOK_MS);
    return again(this.ports, { failed: 'what belongs to this machine could not be found', everyMs, until }, () =>
      this.look(),
    );
  }

  private async ask({ name, look }: OwnSource): Promise<void> {
    try {
      this.found.set(name, await look());
      this.failing.delete(name);
    } catch (cause) {
      const why = whyOf(cause);
      if (this.failing.get(name) !== why)
        this.ports.log.warn('what belongs to this installation could not be found', { where: name, why });
      this.failing.set(name, why);
    }
  }

  private async resolve(wanted: ReadonlySet<string>): Promise<void> {
    for (const name of this.names.keys()) if (!wanted.has(name)) this.names.delete(name);
    await Promise.all([...wanted].map((name) => this.resolveOne(name)));
  }

  private async resolveOne(name: string): Promise<void> {
    const { resolve, clock } = this.ports;
    const known = this.names.get(name) ?? { addresses: new Map<string, number>(), askAgainAt: -Infinity };
    this.names.set(name, known);
    if (clock.monotonic() < known.askAgainAt) return;
    try {
      const told = await resolve(name);
      const now = clock.monotonic();
      for (const address of told) known.addresses.set(address, now);
      for (const [address, at] of known.addresses)
        if (now - at > KEEP_ADDRESS_MS && told.length > 0) known.addresses.delete(address);
      known.askAgainAt = now + RESOLVE_EVERY_MS;
      delete known.why;
    } catch (cause) {
      // What it was called by before is still its own. Asked again with the next look.
      known.why = whyOf(cause);
    }
  }

  private arrange(): void {
    const addressesOf = ({ text, from }: OwnThing): readonly OwnThing[] =>
      [...(this.names.get(text)?.addresses.keys() ?? [])].map((address) => ({
        text: address,
        from: `${from}: \`${text}\``,
      }));
    this.local = this.named.flatMap((each) => [each, ...addressesOf(each)]);
    const all = new Map<string, OwnThing>();
    for (const thing of [...this.local, ...this.others.things]) {
      const key = `${thing.text}\n${thing.from}`;
      if (!all.has(key)) all.set(key, thing);
    }
    const things = [...all.values()].slice(0, MOST_THINGS);
    this.left = all.size - things.length;
    if (JSON.stringify(things) === JSON.stringify(this.things)) return;
    this.index = ownIndex(things);
    this.things = things;
    this.ports.log.info('what this installation stands on was found', { things: things.length });
  }
}
