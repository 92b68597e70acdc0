import type { GrantPreviewView } from '../../../common/api/routes';
import type { DecisionRecord } from '../../../common/flow/decision';
import type { ReceivedEvent } from '../../../common/flow/event';
import type { Intake } from '../../../common/flow/intake';
import type { GrantWish } from '../../../common/flow/voice';
import { iso } from '../../../common/iso';
import { present } from '../../../common/present';
import { err, ok, type Result } from '../../../common/result';
import { voiceOf, whereSaid, type Granted } from '../../engine/intake/voice';
import { decideAgain, type Deciders } from '../../engine/learning/backtest/compare_decision';
import { GrantSum } from '../../engine/learning/grants/grant_sum';
import { historyUnder } from '../../engine/learning/grants/history_under';
import type { AgentWith } from '../agent/views';
import { speakerOf } from '../../../common/flow/intake';
import type { Basics, EvidenceQuery } from '../ports';
import { recordOf } from '../record/records';
import { refusal, type Refusal } from '../record/refusal';
import { grantedBy } from '../sources/grants';

/*
 * What a grant would have meant: the recorded decisions of a source, decided again as their events counted then and as
 * they would count. The engine decides both, by the policies in force now, so that nothing but the grant differs.
 */

type PreviewingAgent = AgentWith<keyof Basics | 'bundles' | 'evidence' | 'grants' | 'guardBook' | 'model'>;

const DAY_MS = 86_400_000;
/** Decisions that are read; of more the youngest. */
export const MOST_DECISIONS = 2_000;
const PAGE = 500;
/** A person waits for the answer, ms. */
const LONGEST_MS = 10_000;
/** After so much work in one go others get a turn, ms: an alert that comes meanwhile waits no longer. */
const SLICE_MS = 8;

/** One preview at a time on an agent. */
const busy = new WeakSet<object>();

/** Previews of an agent since its start, by what became of them. */
export interface PreviewCounts {
  readonly done: number;
  /** Another was under way, nothing is in force, or the records did not answer. */
  readonly refused: number;
}

const counted = new WeakMap<object, PreviewCounts>();
const NO_PREVIEWS: PreviewCounts = { done: 0, refused: 0 };

export const previewCounts = ({ parts: { evidence } }: AgentWith<'evidence'>): PreviewCounts =>
  counted.get(evidence) ?? NO_PREVIEWS;

const count = (agent: AgentWith<'evidence'>, outcome: keyof PreviewCounts): void => {
  const counts = previewCounts(agent);
  counted.set(agent.parts.evidence, { ...counts, [outcome]: counts[outcome] + 1 });
};

export interface PreviewWish {
  readonly grant: GrantWish | null;
  readonly days: number;
}

/** Sources whose events the grant speaks for: a program that asks has the grant of its token. */
const speakers = ({ parts: { grants } }: PreviewingAgent, { type, id }: Intake): readonly Intake['type'][] => {
  const asker: Intake = { type: 'asker', id };
  return type === 'webhook' && !grants.hasOwn(asker) ? ['webhook', 'asker'] : [type];
};

/** The youngest decisions of a source, and how many there are. */
const youngest = async (
  agent: PreviewingAgent,
  source: Intake,
  from: string,
): Promise<{ readonly records: readonly DecisionRecord[]; readonly total: number }> => {
  const { evidence, clock } = agent.parts;
  const where: NonNullable<EvidenceQuery['where']> = {
    'intake.type': speakers(agent, source),
    'intake.id': source.id,
    effectless: false,
  };
  const records: DecisionRecord[] = [];
  for (;;) {
    const span = { from, limit: PAGE, offset: records.length, order: 'newest' as const };
    const found = await evidence.find({ family: 'decisions', where, ...span });
    records.push(...found.entries.map(({ body }) => recordOf('decisions', body)));
    if (found.entries.length < PAGE || records.length >= MOST_DECISIONS)
      return { records: records.slice(0, MOST_DECISIONS), total: found.total };
    await clock.sleep(1);
  }
};

/** The same event, with what would count of it; undefined where it is not on record where its fields were read. */
const givenBy = (event: ReceivedEvent, granted: Granted | undefined): ReceivedEvent | undefined => {
  const said = whereSaid(event);
  if (said === undefined) return undefined;
  const { voice, uncalibrated, mended } = event;
  const notes = { handed: voice?.handed, unverified: voice?.unverified, uncalibrated, mended };
  return { ...event, voice: voiceOf(event.event, said, granted, notes) };
};

interface Told {
  readonly record: DecisionRecord;
  readonly given: ReceivedEvent;
}

const momentOf = (rule: string, at: number): string => `${at} ${rule}`;

/** Whether the id of the rule would count, by the moments of the source's own events. */
const rulesOf = (told: readonly Told[]): ((rule: string, at: number) => boolean | undefined) => {
  const counts = new Map<string, boolean>();
  for (const { given } of told) {
    const rule = given.event.rule?.id;
    if (rule !== undefined)
      counts.set(momentOf(rule, Date.parse(given.received_at)), given.voice?.origins['rule.id'] === 'granted');
  }
  return (rule, at) => counts.get(momentOf(rule, at));
};

interface Trying {
  readonly deciders: Deciders;
  readonly source: Intake;
  readonly granted: Granted | undefined;
  readonly records: readonly DecisionRecord[];
}

/** Decides both ways, youngest first, until all is done or it took too long. */
const tryOn = async (
  { parts: { clock } }: PreviewingAgent,
  { deciders, source, granted, records }: Trying,
): Promise<{ readonly sum: GrantSum; readonly untold: number; readonly late: boolean }> => {
  const told = records.flatMap((record): readonly Told[] => {
    const given = givenBy(record.event, granted);
    return given === undefined ? [] : [{ record, given }];
  });
  const untold = records.length - told.length;
  const regranted = { by: speakerOf(source), domain: granted?.grant.domain, ruleCounts: rulesOf(told) };
  const sum = new GrantSum();
  const started = clock.monotonic();
  let began = started;
  for (const { record, given } of told) {
    const inputs = { ...record.decision.inputs, history: historyUnder(record, regranted) };
    const changed = { event: given, decision: { ...record.decision, inputs } };
    const [before, after] = [decideAgain(record, deciders), decideAgain(changed, deciders)];
    sum.add({ record, given, before, after });
    const now = clock.monotonic();
    if (now - began < SLICE_MS) continue;
    if (now - started > LONGEST_MS) return { sum, untold, late: true };
    await clock.sleep(1);
    began = clock.monotonic();
  }
  return { sum, untold, late: false };
};

const grantedWith = (grant: GrantWish | null): Granted | undefined =>
  grant === null ? undefined : grantedBy({ ...grant, reason: grant.reason ?? 'only tried' });

const preview = async (
  agent: PreviewingAgent,
  source: Intake,
  { grant, days }: PreviewWish,
): Promise<Result<GrantPreviewView, Refusal>> => {
  const { bundles, clock, guardBook, model } = agent.parts;
  const { active } = bundles;
  if (active === undefined) return err(refusal('unavailable', 'no policy bundle is in force: nothing can be decided'));
  const now = clock.utc();
  const from = iso(now - days * DAY_MS);
  const { records, total } = await youngest(agent, source, from);
  const deciders = { bundle: active, model: model(), ...(await guardBook.trial(active.bundle.guards)) };
  const { sum, untold, late } = await tryOn(agent, { deciders, source, granted: grantedWith(grant), records });
  return ok({
    as_of: iso(now),
    days,
    from,
    version: active.bundle.statement.version,
    recorded: total,
    untold,
    ...sum.report(),
    ...present({ cut: late ? ('time' as const) : total > records.length ? ('count' as const) : undefined }),
  });
};

/** What a grant would have meant for the decisions of the last days. Nothing is kept, and nothing is sent. */
export const previewGrant = async (
  agent: PreviewingAgent,
  source: Intake,
  wish: PreviewWish,
): Promise<Result<GrantPreviewView, Refusal>> => {
  const { evidence } = agent.parts;
  let outcome: keyof PreviewCounts = 'refused';
  if (busy.has(evidence)) {
    count(agent, outcome);
    return err(refusal('overloaded', 'another grant is just being tried here; try again'));
  }
  busy.add(evidence);
  try {
    const previewed = await preview(agent, source, wish);
    if (previewed.ok) outcome = 'done';
    return previewed;
  } finally {
    count(agent, outcome);
    busy.delete(evidence);
  }
};
