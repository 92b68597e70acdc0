import type { SeenThing } from '../../../common/flow/decision';
import { bareIdentities, type Identities } from '../../engine/entity/identity';
import { seenNames } from '../../engine/entity/seen_names';
import type { Entity } from './entity';
import type { Glimpse, Thing } from './glimpse';
import { DAY } from './series';
import type { Reported } from './sightings';

const MOST_AGES = 64;
const MOST_THINGS = 16;
const MOST_REPORTS = 32;

type Report = SeenThing['reports'][number];

/** What is known by any of the names of a thing. */
type Known = readonly Entity[];

/** Other events of the same rule, each once under however many names it is known. */
const agesOf = (
  known: Known,
  { rule, caseId }: Glimpse,
  { now, claimed }: { now: number; claimed: boolean },
): number[] => {
  if (rule === undefined) return [];
  const moments = new Map<string, number>();
  for (const entity of known)
    for (const moment of entity.seen(claimed)?.ofRule(rule) ?? []) moments.set(moment.caseId, moment.at);
  moments.delete(caseId);
  return [...moments.values()]
    .map((at) => Math.max(0, now - at))
    .sort((a, b) => a - b)
    .slice(0, MOST_AGES);
};

/** The last of what each source said. One that speaks for two domains in turn is still one. */
const lastBySource = (known: Known, claimed: boolean): Map<string, Reported> => {
  const last = new Map<string, Reported>();
  for (const entity of known) {
    for (const [by, reported] of entity.seen(claimed)?.lastReports() ?? [])
      if (isLater(reported, last.get(by))) last.set(by, reported);
  }
  return last;
};

/** The same whichever is heard first. */
const isLater = (one: Reported, other: Reported | undefined): boolean =>
  other === undefined || one.at > other.at || (one.at === other.at && one.caseId > other.caseId);

const reportsOf = (known: Known, { report, at, caseId }: Glimpse, now: number): Report[] => {
  const own: Reported = { at, caseId, domain: report.domain };
  const found = new Map<string, { readonly reported: Reported; readonly claimed: boolean }>();
  for (const claimed of [true, false]) {
    const last = lastBySource(known, claimed);
    if (report.claimed === claimed && isLater(own, last.get(report.by))) last.set(report.by, own);
    // What an admin said of a source counts, whatever it claimed before and since.
    for (const [by, reported] of last) if (now - reported.at <= DAY) found.set(by, { reported, claimed });
  }
  return [...found]
    .map(([by, { reported, claimed }]): Report => {
      const { domain } = reported;
      return { by, domain, age_ms: Math.max(0, now - reported.at), ...(claimed ? { claimed: true as const } : {}) };
    })
    .sort((a, b) => Number(a.claimed ?? false) - Number(b.claimed ?? false) || (a.by < b.by ? -1 : 1))
    .slice(0, MOST_REPORTS);
};

/** What a history is asked about an event. */
export interface Asked {
  readonly glimpse: Glimpse;
  readonly now: number;
  readonly entityOf: (name: string) => Entity | undefined;
  readonly who?: Identities;
}

const seenThing = (thing: Thing, { glimpse, now, entityOf, who = bareIdentities }: Asked): SeenThing => {
  const names = seenNames(thing.entity, thing.on, who);
  const known = names.flatMap((name) => entityOf(name) ?? []);
  const claimed = agesOf(known, glimpse, { now, claimed: true });
  return {
    names: [...names],
    roles: [...thing.roles],
    sightings_ms: agesOf(known, glimpse, { now, claimed: false }),
    reports: reportsOf(known, glimpse, now),
    ...(claimed.length > 0 ? { claimed_ms: claimed } : {}),
  };
};

/** What was seen of each thing that an event names, under every name that the inventory knows. */
export const seenThings = (asked: Asked): SeenThing[] =>
  asked.glimpse.things.slice(0, MOST_THINGS).map((thing) => seenThing(thing, asked));
