import type { Intake } from '../../../common/flow/intake';
import { present } from '../../../common/present';
import { filledIn, isPreset, type PresetName, type ReadBy } from '../../engine/intake/presets';
import { again } from '../keeping/in_background';
import { presetId, type PresetChoice } from '../keeping/kinds/sources';
import { find, readMany } from '../keeping/state_docs';
import type { Clock, LocalMemory, Log, StateStore } from '../ports';
import type { Reading } from './document_events';
import { grantKey } from './grants';

/*
 * How the documents of each source are read: as the settings say, unless an admin chose a preset on the page. This
 * agent's disk remembers the choices, so that no document is read in another way while OpenSearch is away at a start.
 */

const FOLLOW_MS = 2_000;
const FIRST_MS = 250;
const MOST_CHOICES = 10_000;
const MEMORY_KEY = 'source_presets';

type Choices = ReadonlyMap<string, PresetChoice>;

/** How the documents of a source are read now. */
export interface InForce extends Pick<Reading, 'map' | 'repetition'> {
  readonly by: 'settings' | 'page';
  readonly preset?: PresetName;
  /** Why none of its documents can be read right now. */
  readonly unknown?: string;
}

const NOT_HEARD = 'which presets were chosen on the page is not known yet on this new agent';

const remembered = (memory: LocalMemory): Choices | undefined => {
  const text = memory.read(MEMORY_KEY);
  if (text === undefined) return undefined;
  return new Map((JSON.parse(text) as readonly PresetChoice[]).map((each) => [grantKey(each.source), each]));
};

const textOf = (choices: Choices): string =>
  JSON.stringify([...choices].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, each]) => each));

/** Answers at once, as of a few seconds ago. */
export class ReadingBook {
  /** Undefined: nothing was ever heard of it here. */
  private choices: Choices | undefined;

  /** @param settings what the settings of this host say of its sources, by `grantKey` */
  constructor(
    private readonly ports: {
      readonly store: Pick<StateStore, 'search' | 'getMany'>;
      readonly memory: LocalMemory;
      readonly clock: Clock;
      readonly log: Log;
    },
    readonly settings: ReadonlyMap<string, ReadBy>,
  ) {
    this.choices = remembered(ports.memory);
  }

  /** How the documents of a source are read. */
  of(source: Intake): InForce {
    if (this.choices === undefined) return { by: 'settings', unknown: NOT_HEARD };
    const chosen = this.choices.get(grantKey(source))?.preset ?? undefined;
    return this.by(source, chosen);
  }

  /**
   * How they would be read by a preset.
   *
   * @param chosen as on the page; undefined: as the settings say
   */
  by(source: Intake, chosen: string | undefined): InForce {
    const said = this.settings.get(grantKey(source)) ?? {};
    if (chosen !== undefined && !isPreset(chosen))
      return {
        by: 'page',
        unknown: `the preset \`${chosen}\` was chosen for it, which this agent does not know: it is of an earlier version`,
      };
    const preset = chosen ?? said.preset;
    const read = filledIn({ ...said, ...present({ preset }) });
    return { by: chosen === undefined ? 'settings' : 'page', ...present({ preset }), ...read };
  }

  /** Reads the choices once. Search only proposes candidates, so those that are known are read by their ids as well. */
  async load(): Promise<void> {
    const { store } = this.ports;
    const found = await find(store, 'source_preset', { limit: MOST_CHOICES, bare: true });
    const known = [...(this.choices?.values() ?? [])].map(({ source }) => presetId(source));
    const ids = [...new Set([...found.map(({ id }) => id), ...known])];
    const choices = ids.length === 0 ? [] : [...(await readMany(store, 'source_preset', ids)).values()];
    await this.keep(new Map(choices.map((each) => [grantKey(each.source), each])));
  }

  /** Holds from now on at this agent, before it is read anew. One that never heard of any reads them all first. */
  async note(chosen: PresetChoice): Promise<void> {
    if (this.choices === undefined) return;
    await this.keep(new Map([...this.choices, [grantKey(chosen.source), chosen]]));
  }

  /** Follows what is chosen, by whichever agent. */
  follow(until: () => boolean): Promise<void> {
    const everyMs = (): number => (this.choices === undefined ? FIRST_MS : FOLLOW_MS);
    return again(this.ports, { failed: 'which presets were chosen could not be read', everyMs, until }, () =>
      this.load(),
    );
  }

  private async keep(next: Choices): Promise<void> {
    const before = this.choices;
    // Counts at once, also where the disk is full.
    this.choices = next;
    if (before === undefined || textOf(before) !== textOf(next))
      await this.ports.memory.write(MEMORY_KEY, textOf(next));
  }
}

/** The rules of a source, as they are in the moment in which they are looked at. */
export const rulesFor = <Rest extends object>(
  readings: Pick<ReadingBook, 'of'>,
  source: Intake,
  rest: Rest,
): Rest & Pick<Reading, 'map' | 'repetition' | 'unknown'> => ({
  ...rest,
  get map() {
    return readings.of(source).map;
  },
  get repetition() {
    return readings.of(source).repetition;
  },
  get unknown() {
    return readings.of(source).unknown;
  },
});

/** What asks how documents are read needs of it. */
export type Readings = Pick<ReadingBook, 'by' | 'note' | 'of' | 'settings'>;
