import type { AbsenceView } from '../../../common/api/routes';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import type { AgentWith, WritingAgent } from '../agent/views';
import {
  ABSENCES_ID,
  faultBeside,
  MOST_ABSENCES,
  MOST_AHEAD_MS,
  MOST_AWAY_MS,
  MOST_STEPS,
  notOver,
  outdatedBy,
  overlapping,
  standInsOf,
  type Absence,
} from '../keeping/kinds/absences';
import { contentOf, type PlannedDoc } from '../keeping/state_docs';
import { auditRecord, auditRefusal, type AuditEntry } from '../record/audit';
import { mayBeSamePerson } from '../record/person';
import { NOT_JOINED, refusal, type Refusal } from '../record/refusal';
import { isReservedName, REFLEX } from '../record/reserved';

/*
 * An approver says that they are away, and who stands in for them (docs/decisions/067). Nobody says it of somebody
 * else. Each change goes with its entry in the audit: both, or neither.
 */

const DAY_MS = 86_400_000;

/** Whom the brakes take for an approver: with the right to approve, as of this request. */
interface Sayer {
  readonly name: string;
  /** There are no users to tell apart here. */
  readonly singleUser: boolean;
  /** Missing where the host knows none. */
  readonly roles?: readonly string[] | undefined;
}

interface Saying {
  readonly stand_in: string;
  /** UTC; missing: from now on. */
  readonly from?: string | undefined;
  /** UTC. */
  readonly until: string;
  readonly reason: string;
}

type Writing = WritingAgent & AgentWith<'absences' | 'clockTrusted' | 'evidence'>;

/** Absences as they are shown, the first to begin first. */
export const absenceViews = (absences: readonly Absence[], utc: number): readonly AbsenceView[] =>
  [...absences]
    .sort((one, other) => (one.from < other.from ? -1 : 1))
    .map(({ roles: _roles, ...each }) => {
      const others = standInsOf(absences, each.who, utc).filter(({ via }) => via === each.stand_in);
      const isNow = Date.parse(each.from) <= utc;
      const also = isNow ? others.slice(0, 8).map(({ stand_in }) => stand_in) : [];
      return { ...each, ...present({ also: also.length === 0 ? undefined : also }) };
    });

const badField = (path: string, message: string): Refusal => ({
  ...refusal('invalid', `\`${path}\` ${message}`),
  fields: [{ path, message }],
});

/** What is wrong with the times, or with whom somebody names; undefined if nothing. */
const whyNot = ({ who, stand_in, from, until }: Absence, utc: number): Refusal | undefined => {
  const [begins, ends] = [Date.parse(from), Date.parse(until)];
  if (ends <= begins) return badField('until', 'must be after `from`');
  if (ends <= utc) return badField('until', 'is over already');
  if (ends - Math.max(begins, utc) > MOST_AWAY_MS)
    return badField('until', `is more than ${MOST_AWAY_MS / DAY_MS} days after it begins`);
  if (begins - utc > MOST_AHEAD_MS) return badField('from', `is more than ${MOST_AHEAD_MS / DAY_MS} days ahead`);
  if (isReservedName(stand_in)) return badField('stand_in', `\`${stand_in}\` is nobody who could approve`);
  if (mayBeSamePerson(who, stand_in))
    return badField('stand_in', `\`${stand_in}\` may be \`${who}\`: somebody else stands in`);
  return undefined;
};

/** Why it may not stand beside the others; undefined if it may. */
const whyNotBeside = (others: readonly Absence[], added: Absence): Refusal | undefined => {
  const same = overlapping(others, added);
  if (same !== undefined)
    return refusal(
      'changed',
      `\`${same.who}\` is away already from ${same.from} until ${same.until}, and \`${same.stand_in}\` stands in: end that first`,
    );
  const fault = faultBeside(others, added);
  if (fault?.kind === 'loop')
    return refusal('stand_in_loop', `they would stand in for one another in a circle: ${fault.names.join(' → ')}`);
  if (fault?.kind === 'chain')
    return refusal(
      'stand_in_chain',
      `from who is away to who answers it may take ${MOST_STEPS} steps at the most: ${fault.names.join(' → ')}`,
    );
  return others.length < MOST_ABSENCES
    ? undefined
    : refusal('overloaded', `${MOST_ABSENCES} absences are kept already: end some of them first`);
};

const plannedAbsences = (absences: readonly Absence[], at: string): PlannedDoc => ({
  id: ABSENCES_ID,
  kind: 'absences',
  content: { absences },
  facets: { state: 'absences', at },
});

type Changed = Result<{ readonly absences: readonly Absence[]; readonly entry: AuditEntry }, Refusal>;

/** Changes who is away, by compare-and-set until it is done; with its entry in the audit, or not at all. */
const change = async (
  agent: Writing,
  to: (absences: readonly Absence[], utc: number) => Changed,
): Promise<Result<readonly Absence[], Refusal>> => {
  const { shift, parts } = agent;
  if (!shift) return err(NOT_JOINED);
  const record = auditRecord(agent);
  const saved = await shift.parts.commits.settle<Result<readonly Absence[], Refusal>>({
    reads: [ABSENCES_ID],
    build: (view) => {
      const utc = parts.clock.utc();
      const kept = notOver(contentOf('absences', view.get(ABSENCES_ID))?.absences ?? [], utc);
      const changed = to(kept, utc);
      // A remembered document may be older than what another agent wrote.
      if (!changed.ok) return view.isFresh(ABSENCES_ID) ? { docs: [], answer: changed } : 'read_again';
      const { absences, entry } = changed.value;
      const docs = [{ ...plannedAbsences(absences, iso(utc)), records: [record(entry)] }];
      return { docs, answer: ok(absences) };
    },
  });
  if (saved.ok) parts.absences.note(saved.value);
  return saved;
};

const objectOf = (id: string): AuditEntry['object'] => ({ type: 'absence', id });

/**
 * An approver is away, and somebody stands in for them.
 *
 * @returns everybody who is away then; `invalid` with the field, `changed` where they are away at that time already,
 *   `stand_in_loop`, `stand_in_chain`, `not_here` without users to tell apart, `unavailable` without a trusted clock
 */
export const setAbsence = async (
  agent: Writing,
  sayer: Sayer,
  { stand_in, from, until, reason }: Saying,
): Promise<Result<readonly Absence[], Refusal>> => {
  const { clock, chance, clockTrusted } = agent.parts;
  if (sayer.singleUser)
    return err(refusal('not_here', 'no users are told apart here: whoever is here approves, and nobody stands in'));
  if (!clockTrusted()) return err(refusal('unavailable', 'the clock of this agent is off; try again in some seconds'));
  const at = iso(clock.utc());
  const { name: who, roles } = sayer;
  const added: Absence = {
    ...{ id: chance.uuid(), who, stand_in, from: from ?? at, until, reason, at },
    ...present({ roles }),
  };
  const entry = {
    ...{ verb: 'go_away', by: who, object: objectOf(added.id) },
    text: `from ${added.from} until ${until}, \`${stand_in}\` stands in: ${reason}`,
  };
  const why = whyNot(added, clock.utc());
  const saved =
    why === undefined
      ? await change(agent, (others) => {
          const beside = whyNotBeside(others, added);
          return beside === undefined ? ok({ absences: [...others, added], entry }) : err(beside);
        })
      : err(why);
  return auditRefusal(agent, entry, saved);
};

/**
 * Ends an absence. To end one takes authority away, so whoever may stop acts may do it as well.
 *
 * @param mayStop whether who ends it may stop acts
 * @returns everybody who is away then; `not_found`, `forbidden`, `unavailable`
 */
export const endAbsence = async (
  agent: Writing,
  id: string,
  { by, mayStop, reason }: { readonly by: string; readonly mayStop: boolean; readonly reason: string },
): Promise<Result<readonly Absence[], Refusal>> => {
  const entry = { verb: 'end_absence', by, object: objectOf(id), text: reason };
  const saved = await change(agent, (absences) => {
    const found = absences.find((each) => each.id === id);
    if (found === undefined) return err(refusal('not_found', `there is no absence \`${id}\`, or it is over`));
    if (found.who !== by && !mayStop)
      return err(refusal('forbidden', `\`${found.who}\` ends it, or somebody with the right to \`respond\``));
    return ok({ absences: absences.filter((each) => each !== found), entry });
  });
  return auditRefusal(agent, entry, saved);
};

/**
 * Ends what an approver once said who calls now with less: without the right to approve, or without a role that they
 * had. Roles can be known only of who calls, so this is the moment.
 */
export const endOutdated = async (
  agent: Writing,
  caller: { readonly name: string; readonly mayApprove: boolean; readonly roles?: readonly string[] },
): Promise<void> => {
  const text = `\`${caller.name}\` has not the rights any more with which they said it`;
  for (const { id } of outdatedBy(agent.parts.absences.all, caller))
    await change(agent, (absences) => {
      const over = outdatedBy(absences, caller).find((each) => each.id === id);
      if (over === undefined) return err(refusal('not_found', 'it is over already'));
      const entry = { verb: 'end_absence', by: REFLEX, object: objectOf(id), text };
      return ok({ absences: absences.filter((each) => each !== over), entry });
    });
};
