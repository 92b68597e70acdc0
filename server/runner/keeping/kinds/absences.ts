import type { StoodFor } from '../../../../common/flow/demand';
import { present } from '../../../../common/present';
import { mayBeSamePerson } from '../../record/person';

/*
 * Which approvers are away, and who stands in for them (docs/decisions/067). One document holds them all, so that a
 * circle or a chain that two people make at the same moment is seen by whoever writes second.
 */

export const ABSENCES_ID = 'absences';

/** An approver is away for a while, and somebody stands in for them. */
export interface Absence {
  readonly id: string;
  readonly who: string;
  /** The roles of `who`, as far as the host knew them when they said so. */
  readonly roles?: readonly string[];
  readonly stand_in: string;
  /** UTC. */
  readonly from: string;
  /** UTC; from then on nobody stands in any more. */
  readonly until: string;
  readonly reason: string;
  /** UTC at which it was said. */
  readonly at: string;
}

export interface AbsencesContent {
  readonly absences: readonly Absence[];
}

/** An absence lasts no longer than this, ms. */
export const MOST_AWAY_MS = 30 * 86_400_000;
/** It begins no later than so long from now, ms. */
export const MOST_AHEAD_MS = 365 * 86_400_000;
/** So many absences are kept at once. */
export const MOST_ABSENCES = 500;
/** Somebody stands in for somebody who is away, or for the one who stands in for them; no further. */
export const MOST_STEPS = 2;

type Span = Pick<Absence, 'from' | 'until'>;

const isAt = ({ from, until }: Span, utc: number): boolean => Date.parse(from) <= utc && utc < Date.parse(until);

/** The time that two spans have in common; undefined where they have none. */
const common = (one: Span, other: Span): Span | undefined => {
  const from = one.from > other.from ? one.from : other.from;
  const until = one.until < other.until ? one.until : other.until;
  return from < until ? { from, until } : undefined;
};

/** What is not over at a moment in UTC, ms. */
export const notOver = (absences: readonly Absence[], utc: number): readonly Absence[] =>
  absences.filter(({ until }) => utc < Date.parse(until));

/** Whom somebody stands in for at a moment, through whom, and until when. */
export interface Standing extends StoodFor {
  /** Who stands in for `name`, and is away too; missing where `name` named the stand-in. */
  readonly via?: string;
  /** UTC. */
  readonly until: string;
}

const standingOf = ({ who, roles, until }: Absence, through?: Absence): Standing => ({
  name: who,
  until: through === undefined || until < through.until ? until : through.until,
  ...present({ roles, via: through?.who }),
});

/**
 * Everybody for whom somebody stands in at a moment. INVARIANT (INV-10): names go by their letters, for what only may
 * be the name that was given gives no right; and by two steps at the most, whatever is stored.
 *
 * @param utc ms
 */
export const standingsOf = (absences: readonly Absence[], standIn: string, utc: number): readonly Standing[] => {
  const now = absences.filter((each) => isAt(each, utc));
  return now
    .filter((each) => each.stand_in === standIn)
    .flatMap((named) => [
      standingOf(named),
      ...now.filter((each) => each.stand_in === named.who).map((each) => standingOf(each, named)),
    ])
    .filter(({ name }) => !mayBeSamePerson(name, standIn));
};

/** Who stands in for somebody at a moment: whom they named, and where that one is away too, whom that one named. */
export const standInsOf = (
  absences: readonly Absence[],
  who: string,
  utc: number,
): ReadonlyArray<{ readonly stand_in: string } & Standing> =>
  [...new Set(absences.map((each) => each.stand_in))].flatMap((standIn) =>
    standingsOf(absences, standIn, utc)
      .filter(({ name }) => name === who)
      .map((standing) => ({ stand_in: standIn, ...standing })),
  );

/** Absences one after the other, each of whoever stands in by the one before, and the time that all have in common. */
interface Chain {
  readonly steps: readonly Absence[];
  readonly span: Span;
}

/** Every chain that can be gone on with from one, also with itself alone; a circle is gone round once. */
const onward = (absences: readonly Absence[], chain: Chain): readonly Chain[] => {
  const last = chain.steps.at(-1);
  if (last === undefined || chain.steps.length > MOST_STEPS + 1) return [chain];
  const next = absences.flatMap((each): readonly Chain[] => {
    const span = common(chain.span, each);
    const goesOn = span !== undefined && !chain.steps.includes(each) && mayBeSamePerson(each.who, last.stand_in);
    return goesOn ? onward(absences, { steps: [...chain.steps, each], span }) : [];
  });
  return [chain, ...next];
};

/** Why an absence may not stand beside others. */
export type AbsenceFault =
  | { readonly kind: 'loop'; readonly names: readonly string[] }
  | { readonly kind: 'chain'; readonly names: readonly string[] };

/**
 * What is wrong with one more absence: who stands in would in the end be stood in for by themselves (`loop`), or it
 * would take more than two steps from who is away to who answers (`chain`). Goes by every name that may be the same.
 */
export const faultBeside = (others: readonly Absence[], added: Absence): AbsenceFault | undefined => {
  const all = [...others, added];
  const chains = all
    .flatMap((each) => onward(all, { steps: [each], span: each }))
    .filter(({ steps }) => steps.includes(added));
  const namesOf = ({ steps }: Chain): readonly string[] => [
    steps[0]?.who ?? '',
    ...steps.map(({ stand_in }) => stand_in),
  ];
  const loop = chains.find(({ steps }) => mayBeSamePerson(steps[0]?.who ?? '', steps.at(-1)?.stand_in ?? ''));
  if (loop !== undefined) return { kind: 'loop', names: namesOf(loop) };
  const long = chains.find(({ steps }) => steps.length > MOST_STEPS);
  return long && { kind: 'chain', names: namesOf(long) };
};

/** Another absence of the same name at the same time; undefined if there is none. */
export const overlapping = (others: readonly Absence[], added: Absence): Absence | undefined =>
  others.find((each) => each.who === added.who && common(each, added) !== undefined);

/**
 * Absences of somebody that say more of them than is so: they may not approve any more, or lost a role that they had
 * when they said it. They are over as soon as that is known.
 *
 * @param roles undefined where the host knows none
 */
export const outdatedBy = (
  absences: readonly Absence[],
  {
    name,
    mayApprove,
    roles,
  }: { readonly name: string; readonly mayApprove: boolean; readonly roles?: readonly string[] },
): readonly Absence[] =>
  absences.filter(
    (each) =>
      each.who === name &&
      (!mayApprove || (roles !== undefined && (each.roles ?? []).some((role) => !roles.includes(role)))),
  );
