import { reminderWords, type ReminderNotice } from '../../../common/api/notices';
import { iso } from '../../../common/iso';
import { aloneBecause, factsOfAct } from '../../engine/decision/stakes';
import { changeCase } from '../executing/change_document';
import { again } from '../keeping/in_background';
import type { CaseAct, CaseContent } from '../keeping/kinds/case';
import type { ReminderMark } from '../keeping/kinds/reminded';
import { isNearEnd, markDue, nextMarkAt, withReminders } from '../keeping/kinds/reminders';
import { contentOf } from '../keeping/state_docs';
import type { StateDoc } from '../ports';
import { HOLDS_FOR_MS } from '../undoing/case_outcomes';
import type { ShiftParts } from './parts';

/*
 * Tells people again of what they have not answered. INVARIANT: the mark is in the case before anybody is told, by
 * compare-and-set, so that of several agents one tells. One notice a minute, however much is due.
 */

/** Between two looks, and so between two notices of one agent, ms. */
export const REMIND_EVERY_MS = 60_000;
/** So many cases are marked at one look; the others follow with the next. */
const MOST_MARKED = 1_000;
/** So many are looked for: no search finds more. */
const MOST_FOUND = 10_000;
const READ_AT_ONCE = 200;
const WAITING = { kinds: ['case'], states: ['waiting'], bare: true, sort: 'due' } as const;

interface Reminding extends Pick<
  ShiftParts,
  'clock' | 'clockTrusted' | 'commits' | 'log' | 'reminders' | 'session' | 'store'
> {
  readonly tell?: ((notice: ReminderNotice) => void) | undefined;
  /** Whether this agent is the one that tells. */
  readonly isFirst: () => boolean;
}

/** A case as far as it has to be known between two looks. */
interface Known {
  readonly due: string | undefined;
  /** UTC ms; nothing is to be looked at before. */
  readonly nextAt: number;
  readonly nearEnd: number;
}

/** One act of which people are told again. */
interface Marked {
  readonly content: CaseContent;
  readonly act: CaseAct;
  readonly mark: ReminderMark;
}

const nearIn = (content: CaseContent, utc: number): number =>
  content.acts.filter((act) => isNearEnd(content, act, utc)).length;

const knownOf = (content: CaseContent, utc: number): Known => ({
  due: content.due,
  nextAt: nextMarkAt(content, utc) ?? Infinity,
  nearEnd: nearIn(content, utc),
});

const dueOf = ({ content }: Marked): string => content.due ?? '~';

const isAlone = ({ content: { decision }, act }: Marked): boolean => {
  const decided = decision?.acts.find(({ act_id }) => act_id === act.act_id);
  return (
    decision !== undefined &&
    decided !== undefined &&
    aloneBecause(decided, factsOfAct(decision, decided)) !== undefined
  );
};

/** What people are told of several at once: how many, and which of them ends first. */
export const noticeOf = (marked: readonly Marked[], at: string): ReminderNotice | undefined => {
  const [first] = [...marked].sort((one, other) => (dueOf(one) < dueOf(other) ? -1 : 1));
  const act = first?.content.decision?.acts.find(({ act_id }) => act_id === first.act.act_id);
  if (first === undefined || act === undefined) return undefined;
  const counts = { count: marked.length, last: marked.filter(({ mark }) => mark === 'last').length };
  return {
    event: 'waiting',
    at,
    why: reminderWords(counts),
    ...counts,
    alone: marked.filter(isAlone).length,
    first: {
      case_id: first.content.received.case_id,
      act_id: act.act_id,
      action: act.action,
      target: act.target.value,
      expires_at: dueOf(first),
    },
  };
};

/** Looks for what waits for a person, and tells of it again. */
export class Reminders {
  private readonly known = new Map<string, Known>();

  constructor(private readonly ports: Reminding) {}

  run(until: () => boolean): Promise<void> {
    const { session } = this.ports;
    const pace = { failed: 'telling again of what waits failed', everyMs: REMIND_EVERY_MS };
    return again(this.ports, { ...pace, until: () => until() || session.isLost }, () => this.round());
  }

  async round(): Promise<void> {
    const { clock, clockTrusted, store, isFirst, session } = this.ports;
    // By a clock that is off it would be told early, and then never again.
    if (!clockTrusted() || session.noPermit() !== undefined) return;
    const utc = clock.utc();
    // What waits longest of all has half of that left.
    const dueBefore = iso(utc + HOLDS_FOR_MS / 2);
    const found = await store.search({ ...WAITING, dueBefore, limit: MOST_FOUND });
    const due = await this.read(found, utc);
    this.noteNearEnd(found);
    if (isFirst()) await this.remind(due.slice(0, MOST_MARKED), utc);
  }

  /** Cases of which a mark may be due: those that were not looked at yet, and those whose mark is reached. */
  private async read(found: readonly StateDoc[], utc: number): Promise<readonly string[]> {
    const here = new Set(found.map(({ id }) => id));
    for (const id of this.known.keys()) if (!here.has(id)) this.known.delete(id);
    const stale = found.filter(({ id, facets }) => {
      const known = this.known.get(id);
      return known === undefined || known.due !== facets.due || known.nextAt <= utc;
    });
    const due: string[] = [];
    for (let at = 0; at < stale.length && due.length < MOST_MARKED; at += READ_AT_ONCE) {
      const docs = await this.ports.store.getMany(stale.slice(at, at + READ_AT_ONCE).map(({ id }) => id));
      for (const [id, doc] of docs) {
        const content = contentOf('case', doc);
        if (content === undefined) continue;
        const isDue = content.acts.some((act) => markDue(content, act, utc) !== undefined);
        // What is due is looked at again until it is marked, by whichever agent.
        this.known.set(id, { ...knownOf(content, utc), ...(isDue ? { nextAt: utc } : {}) });
        if (isDue) due.push(id);
      }
    }
    return due;
  }

  private noteNearEnd(found: readonly StateDoc[]): void {
    const near = found.filter(({ id }) => (this.known.get(id)?.nearEnd ?? 0) > 0);
    const count = near.reduce((sum, { id }) => sum + (this.known.get(id)?.nearEnd ?? 0), 0);
    const first = near[0]?.facets.due;
    this.ports.reminders.nearEnd = first === undefined ? undefined : { count, first };
  }

  private async remind(ids: readonly string[], utc: number): Promise<void> {
    const { clock, reminders, tell, log } = this.ports;
    const marked = (await Promise.all(ids.map((id) => this.mark(id, utc)))).flat();
    for (const { mark } of marked) reminders.told.set(mark, (reminders.told.get(mark) ?? 0) + 1);
    const notice = noticeOf(marked, iso(clock.utc()));
    if (notice === undefined) return;
    log.info('people were told again of what waits', { count: notice.count, last: notice.last });
    tell?.(notice);
  }

  /** @returns what this agent marked; nothing where another one did, or somebody answered */
  private async mark(id: string, utc: number): Promise<readonly Marked[]> {
    const at = iso(utc);
    let marks: readonly Marked[] = [];
    const content = await changeCase(this.ports, id, (current) => {
      marks = current.acts.flatMap((act) => {
        const mark = markDue(current, act, utc);
        return mark === undefined ? [] : [{ content: current, act, mark }];
      });
      const acts = withReminders(current, utc, at);
      return acts && { acts };
    });
    if (content === undefined) return [];
    this.known.set(id, knownOf(content, utc));
    return marks;
  }
}
