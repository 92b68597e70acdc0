import type { HistoryFacts } from '../../../common/flow/decision';
import type { Label } from '../../../common/flow/feedback';
import type { ReceivedEvent } from '../../../common/flow/event';
import { distinctPeople, mayBeSamePerson, oneOfThem } from '../record/person';
import { DAY } from './series';

/** More than this tells nothing more: a source is known well enough long before. */
const MOST_CASES = 500;
const MOST_SOURCES = 10_000;
/** People whose labels of one case are kept: one who says wrong is kept before any who says right. */
const MOST_PEOPLE = 8;

/** Labels that say whether a detection was right. */
const JUDGES: ReadonlyMap<Label, boolean> = new Map<Label, boolean>([
  ['true_positive', true],
  ['false_positive', false],
  ['benign', false],
]);

/** What a person said of a case. */
export interface Judgement {
  readonly label: Label;
  readonly by: string;
  /** Ms since 1970. */
  readonly at: number;
}

interface Judged {
  readonly right: boolean;
  readonly by: string;
  readonly at: number;
}

/** Two-sided 95 %. */
const Z = 1.96;

/**
 * Lower bound of the share of right cases (Wilson 1927, `doi:10.1080/01621459.1927.10502953`), in millionths.
 *
 * @param right of `all`; 0 where there are none
 */
export const leastShareMicro = (right: number, all: number): number => {
  if (all === 0) return 0;
  const share = right / all;
  const z2 = (Z * Z) / all;
  const spread = Z * Math.sqrt((share * (1 - share)) / all + z2 / (4 * all));
  return Math.floor(((share + z2 / 2 - spread) / (1 + z2)) * 1e6);
};

/** Cases of whoever judged most count as right only up to as many as all others judged together. */
const rightOf = (cases: readonly Judged[]): number => {
  const judged = new Map<string, number>();
  const rights = new Map<string, number>();
  for (const { by, right } of cases) {
    judged.set(by, (judged.get(by) ?? 0) + 1);
    if (right) rights.set(by, (rights.get(by) ?? 0) + 1);
  }
  let sum = 0;
  for (const [by, count] of rights) sum += Math.min(count, cases.length - (judged.get(by) ?? 0));
  return sum;
};

/** What people said of one case, each once: the last label of each counts. */
const withLabel = (said: readonly Judged[], by: string, judged: Judged | undefined): readonly Judged[] => {
  const others = said.filter((each) => !mayBeSamePerson(each.by, by));
  const all = judged === undefined ? others : [...others, judged];
  return all.length <= MOST_PEOPLE
    ? all
    : [...all].sort((one, other) => Number(one.right) - Number(other.right)).slice(0, MOST_PEOPLE);
};

/**
 * What a case counts as: wrong where anybody says so, whoever says otherwise later. Nobody takes back what somebody
 * else said, or one person could make a source look proven that another one found wrong.
 */
const verdictOn = (said: readonly Judged[]): Judged | undefined => said.find(({ right }) => !right) ?? said.at(-1);

/**
 * What people said of the events of each source. A case counts once, however often it is labelled and by whichever way
 * that is heard. What somebody handed in, their own label says nothing of.
 */
export class SourceLabels {
  private readonly sources = new Map<string, Map<string, readonly Judged[]>>();

  note({ intake, owners = [], case_id }: ReceivedEvent, { label, by, at }: Judgement): void {
    const key = `${intake.type}:${intake.id}`;
    const cases = this.sources.get(key) ?? new Map<string, readonly Judged[]>();
    const right = JUDGES.get(label);
    const isOwn = oneOfThem([intake.id, ...owners], by) !== undefined;
    const judged = right === undefined || isOwn ? undefined : { right, by, at };
    const said = withLabel(cases.get(case_id) ?? [], by, judged);
    cases.delete(case_id);
    if (said.length > 0) cases.set(case_id, said);
    const [oldest] = cases.keys();
    if (cases.size > MOST_CASES && oldest !== undefined) cases.delete(oldest);
    this.sources.set(key, cases);
    const [first] = this.sources.keys();
    if (this.sources.size > MOST_SOURCES && first !== undefined) this.sources.delete(first);
  }

  /** What the source of an event is worth by labels of a window before `now`; undefined where there are none. */
  within({ intake }: ReceivedEvent, now: number, windowMs: number): HistoryFacts['source_proof'] {
    const all = this.sources.get(`${intake.type}:${intake.id}`)?.values() ?? [];
    const recent = [...all].flatMap((said) => {
      const judged = verdictOn(said.filter(({ at }) => at > now - windowMs && at <= now));
      return judged === undefined ? [] : [judged];
    });
    if (recent.length === 0) return undefined;
    const people = distinctPeople(recent.map(({ by }) => by));
    const personOf = (name: string): string => people.find((each) => mayBeSamePerson(each, name)) ?? name;
    const cases = recent.map((each) => ({ ...each, by: personOf(each.by) }));
    const right = rightOf(cases);
    const wrong = cases.filter((each) => !each.right).length;
    return {
      right,
      wrong,
      people: people.length,
      days: new Set(cases.map(({ at }) => Math.floor(at / DAY))).size,
      least_micro: leastShareMicro(right, right + wrong),
    };
  }
}
