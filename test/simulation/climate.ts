import { Dice } from '../fakes/scheduler';

/*
 * The weathers of harsh worlds. Each has its own chance, so that a seed may meet any mixture of them, and counts how
 * often it took effect: weather that never bites proves nothing.
 */

interface WeatherKind {
  /** In how many of the harsh worlds it is. */
  readonly share: number;
  /** What happens, for people. */
  readonly what: string;
  /** What is counted as taking effect. */
  readonly counts: string;
}

export const WEATHERS = {
  long_cuts: {
    share: 0.35,
    what: 'agents and the store are unreachable for 60 to 150 s',
    counts: 'effects ended by an agent that did not reach the store',
  },
  start_alone: {
    share: 0.25,
    what: 'an agent dies and starts again while the store is away',
    counts: 'starts without the store',
  },
  long_ttl: {
    share: 0.4,
    what: 'policies of 240 s beside those of 30 s, on the same targets',
    counts: 'effects with two reasons that end more than a minute apart',
  },
  undo_lost: { share: 0.3, what: '10 % of the orders to undo are lost', counts: 'orders to undo that were lost' },
  undo_late: {
    share: 0.3,
    what: 'half of the orders to undo take 0.1 to 2.5 s',
    counts: 'effects ended by a late order',
  },
  two_connectors: { share: 0.4, what: 'one connector for each action', counts: 'orders through the second one' },
  lacking: {
    share: 0.2,
    what: 'one agent lacks a connector',
    counts: 'deaths of the executor of an effect that a living agent cannot undo',
  },
  native_ttl: {
    share: 0.2,
    what: 'the target ends what it was told to end by then',
    counts: 'effects that the target ended by itself',
  },
  untagged: { share: 0.15, what: 'the target does not keep our mark', counts: 'effects ended without a mark' },
  fences: { share: 0.3, what: 'the target refuses lower fences', counts: 'orders with a fence to compare with' },
  second_observer: {
    share: 0.2,
    what: 'another system, up to 1 s behind, says whether an effect is there',
    counts: 'answers that were behind the truth',
  },
  disk_full: { share: 0.2, what: 'local disks are full for a while', counts: 'writes to a local disk that failed' },
  torn_disk: {
    share: 0.3,
    what: 'a crash leaves half a write, or brings back what was removed last',
    counts: 'half writes, and removals that came back',
  },
  restored: {
    share: 0.12,
    what: 'the state is restored from a snapshot while no agent runs',
    counts: 'documents that the restore changed or lost',
  },
  restored_alive: {
    share: 0.06,
    what: 'the state is restored from a snapshot under running agents',
    counts: 'documents that the restore changed or lost',
  },
  short_waits: {
    share: 0.3,
    what: 'people have 1 to 8 s to decide, and decide around then',
    counts: 'acts that lapsed',
  },
  release: {
    share: 0.3,
    what: 'a bundle without one of the policies is released in the middle',
    counts: 'decisions under the second bundle',
  },
  mixed_schemas: {
    share: 0.15,
    what: 'agents are upgraded one after the other',
    counts: 'moments at which an agent was kept out for its version',
  },
  rate_limits: { share: 0.3, what: 'few blocks a minute are allowed', counts: 'acts that the rate stopped' },
  several_acts: { share: 0.3, what: 'events that ask for two acts', counts: 'cases with two claimed acts' },
  load: {
    share: 0.2,
    what: '30 to 60 events; in some of these worlds thousands of documents are there already',
    counts: 'events beyond the usual 14',
  },
  refused_storm: {
    share: 0.15,
    what: 'an isolation is asked for every 3 s, long after the limit is reached',
    counts: 'isolations that the limit refused',
  },
  one_target: {
    share: 0.15,
    what: 'events about one address every 0.4 s, to whichever agent',
    counts: 'writes of effects with reasons that stood for several',
  },
  stop_away: {
    share: 0.2,
    what: 'the switch is thrown while the store is away',
    counts: 'orders to stop that nobody acknowledged',
  },
  slow_answers: {
    share: 0.2,
    what: 'answers of the store are up to 0.9 s on their way back',
    counts: 'answers that took more than 0.1 s',
  },
  gale: {
    share: 0.25,
    what: 'every fault of the network and the targets 3 to 8 times as often',
    counts: 'answers of the store that were lost',
  },
  vanish: {
    share: 0.25,
    what: 'somebody removes effects at the target by hand; agents ask for theirs every 5 s',
    counts: 'removed effects that the state said were gone',
  },
  taken_only: {
    share: 0.15,
    what: 'the target only says that it took an order, does not say for a while what came of it, and carries it out late',
    counts: 'orders that were only taken',
  },
  hollow: {
    share: 0.15,
    what: 'the target says yes to some orders and does nothing',
    counts: 'orders that were confirmed and not carried out',
  },
  put_back: {
    share: 0.15,
    what: 'somebody puts back what was removed at the target by hand, as it was',
    counts: 'effects that somebody put back',
  },
  forgetful: {
    share: 0.1,
    what: 'the target restarts, and has lost all that was in effect',
    counts: 'effects that the target lost at a restart',
  },
  reapply: {
    share: 0.25,
    what: 'policies that have it applied again what somebody removes at the target by hand, up to twice',
    counts: 'orders that applied something again',
  },
  updates: {
    share: 0.25,
    what: 'sources report what they reported again, up to 40 s later, with newer data',
    counts: 'newer reports that moved their case',
  },
} as const satisfies Record<string, WeatherKind>;

export type WeatherName = keyof typeof WEATHERS;

export const WEATHER_NAMES = Object.keys(WEATHERS) as readonly WeatherName[];

export type Climate = ReadonlySet<WeatherName>;

export const USUAL: Climate = new Set();

/** Weathers that need another one, or cannot be together with it. */
const NEEDS: ReadonlyArray<readonly [WeatherName, WeatherName]> = [
  ['lacking', 'two_connectors'],
  ['reapply', 'vanish'],
  ['put_back', 'vanish'],
  ['forgetful', 'vanish'],
];
const EXCLUDES: ReadonlyArray<readonly [WeatherName, WeatherName]> = [
  ['restored', 'restored_alive'],
  ['restored', 'mixed_schemas'],
  ['restored_alive', 'mixed_schemas'],
  ['mixed_schemas', 'refused_storm'],
];

/** A climate that goes together: what is needed is added, of two that exclude each other the first stays. */
export const inHarmony = (wanted: Iterable<WeatherName>): Climate => {
  const climate = new Set(wanted);
  for (const [one, needed] of NEEDS) if (climate.has(one)) climate.add(needed);
  for (const [one, other] of EXCLUDES) if (climate.has(one)) climate.delete(other);
  return climate;
};

/**
 * The weathers of a harsh world. Each is in every so-many-eth seed, and in others by chance.
 *
 * @param except not among those that are drawn: a seed is another world with them
 */
export const drawClimate = (seed: number, except: ReadonlySet<string>): Climate => {
  const dice = new Dice(seed ^ 0xc11a);
  const names = WEATHER_NAMES.filter((name) => !except.has(name));
  const sure = names[seed % names.length];
  const drawn = names.filter((name) => dice.chance(WEATHERS[name].share) && name !== sure);
  return new Set([...inHarmony([...(sure ? [sure] : []), ...drawn])].filter((name) => !except.has(name)));
};
