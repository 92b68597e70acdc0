import type { DecisionRecord, HistoryFacts, SeenThing } from '../../../../common/flow/decision';
import type { SecurityDomain } from '../../../../common/flow/voice';
import { countedDomains } from '../../decision/seen';

/** What another grant makes of what a source said before. */
export interface Regranted {
  /** The source as reports name it. */
  readonly by: string;
  /** The domain that it would speak for. */
  readonly domain: SecurityDomain | undefined;
  /** Whether the id of the rule would count in its event of this moment; undefined for an event that is not its own. */
  readonly ruleCounts: (rule: string, at: number) => boolean | undefined;
}

const reportsUnder = ({ reports }: SeenThing, { by, domain }: Regranted): SeenThing['reports'] =>
  reports.map((report) => {
    if (report.by !== by) return report;
    const { claimed: _claimed, ...said } = report;
    return domain === undefined ? { ...said, claimed: true } : { ...said, domain };
  });

const youngestFirst = (ages: readonly number[]): number[] => [...ages].sort((one, other) => one - other);

/** Sightings by the same rule, apart by whether the id of the rule would count in them. */
const sightingsUnder = (
  { sightings_ms: counting, claimed_ms: claims = [] }: SeenThing,
  counts: (age: number) => boolean | undefined,
): Pick<SeenThing, 'sightings_ms' | 'claimed_ms'> => {
  const all = [...counting.map((age) => ({ age, was: true })), ...claims.map((age) => ({ age, was: false }))];
  const agesThat = (would: boolean): number[] =>
    youngestFirst(all.filter(({ age, was }) => (counts(age) ?? was) === would).map(({ age }) => age));
  const claimed = agesThat(false);
  return { sightings_ms: agesThat(true), ...(claimed.length > 0 ? { claimed_ms: claimed } : {}) };
};

/**
 * What was seen before a decision, as it would be told had its source had another grant all along. Records of earlier
 * versions do not tell who saw what; there it stays as it was.
 */
export const historyUnder = ({ event, decision }: DecisionRecord, regranted: Regranted): HistoryFacts => {
  const { history, now } = decision.inputs;
  const rule = event.event.rule?.id;
  if (history.entities === undefined) return history;
  const decidedAt = Date.parse(now);
  const counts = (age: number): boolean | undefined =>
    rule === undefined ? undefined : regranted.ruleCounts(rule, decidedAt - age);
  const entities = history.entities.map((thing) => {
    const { claimed_ms: _claims, ...rest } = thing;
    return { ...rest, ...sightingsUnder(thing, counts), reports: reportsUnder(thing, regranted) };
  });
  return { ...history, entities, domains: [...countedDomains(entities)] };
};
