import type { HistoryFacts } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { Intake } from '../../../common/flow/intake';
import { again } from '../keeping/in_background';
import { switchId, type SourceSwitch } from '../keeping/kinds/sources';
import { find, readMany } from '../keeping/state_docs';
import type { Clock, LocalMemory, Log, StateStore } from '../ports';

/*
 * Which sources are switched off, by whichever agent. This agent's disk remembers them, so that none is on again while
 * OpenSearch is away at a start.
 */

const FOLLOW_MS = 2_000;
const MOST_SWITCHES = 10_000;
const MEMORY_KEY = 'source_switches';

type Known = ReadonlyMap<string, SourceSwitch>;

const keyOf = ({ type, id }: Intake): string => `${type}:${id}`;

const remembered = (memory: LocalMemory): Known => {
  const text = memory.read(MEMORY_KEY);
  const switches = text === undefined ? [] : (JSON.parse(text) as readonly SourceSwitch[]);
  return new Map(switches.map((each) => [keyOf(each.source), each]));
};

/** Whoever asks does so with the token of a webhook: switched off, the token is of no use for asking either. */
const namesOf = ({ type, id }: Intake): readonly string[] =>
  type === 'asker' ? [`asker:${id}`, `webhook:${id}`] : [keyOf({ type, id })];

/** Answers at once, as of a few seconds ago. */
export class SwitchBook {
  private known: Known;

  constructor(
    private readonly ports: {
      readonly store: Pick<StateStore, 'search' | 'getMany'>;
      readonly memory: LocalMemory;
      readonly clock: Clock;
      readonly log: Log;
    },
  ) {
    this.known = remembered(ports.memory);
  }

  /** Who switched a source off, when and why; undefined while it is on. */
  off(source: Intake): SourceSwitch | undefined {
    return this.switchesOf(source).find(({ off }) => off);
  }

  /** Everything that is switched off. */
  get all(): readonly SourceSwitch[] {
    return [...this.known.values()].filter(({ off }) => off);
  }

  /** Why an event starts nothing by itself; undefined if its source was on ever since it happened. */
  markOf({ intake, event }: Pick<ReceivedEvent, 'intake' | 'event'>): HistoryFacts['source_off'] {
    if (this.off(intake) !== undefined) return 'now';
    const happened = Date.parse(event.timestamp);
    return this.switchesOf(intake).some(({ at }) => happened < Date.parse(at)) ? 'before' : undefined;
  }

  /** Reads them once. Search only proposes candidates, so those that are known are read by their ids as well. */
  async load(): Promise<void> {
    const { store } = this.ports;
    const found = await find(store, 'source_switch', { limit: MOST_SWITCHES, bare: true });
    const ids = new Set([
      ...found.map(({ id }) => id),
      ...[...this.known.values()].map(({ source }) => switchId(source)),
    ]);
    const switches = ids.size === 0 ? [] : [...(await readMany(store, 'source_switch', [...ids])).values()];
    await this.keep(new Map(switches.map((each) => [keyOf(each.source), each])));
  }

  /** Holds from now on at this agent, before it is read anew. */
  note(changed: SourceSwitch): Promise<void> {
    return this.keep(new Map([...this.known, [keyOf(changed.source), changed]]));
  }

  /** Follows what is switched, by whichever agent. */
  follow(until: () => boolean): Promise<void> {
    return again(this.ports, { failed: 'which sources are off could not be read', everyMs: FOLLOW_MS, until }, () =>
      this.load(),
    );
  }

  private switchesOf(source: Intake): readonly SourceSwitch[] {
    return namesOf(source).flatMap((name) => this.known.get(name) ?? []);
  }

  private async keep(next: Known): Promise<void> {
    const textOf = (switches: Known): string =>
      JSON.stringify([...switches.entries()].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each));
    const [before, after] = [textOf(this.known), textOf(next)];
    // Counts at once, also where the disk is full.
    this.known = next;
    if (after !== before) await this.ports.memory.write(MEMORY_KEY, after);
  }
}

/** What asks for switches needs of them. */
export type Switches = Pick<SwitchBook, 'all' | 'markOf' | 'note' | 'off'>;
