import { whyOf } from '../../../common/why';
import { materialise } from '../keeping/evidence_copier';
import { STATE_KINDS } from '../keeping/kinds';
import { sessionId } from '../keeping/kinds/session';
import { isAway } from '../keeping/session_lost';
import { findAll, findIds, read } from '../keeping/state_docs';
import type { Clock, EvidenceEntry, EvidenceLog, Log, StateDoc, StateStore } from '../ports';
import type { Session } from '../session/session';

interface RecoverPorts {
  readonly store: StateStore;
  readonly evidence: EvidenceLog;
  readonly session: Pick<Session, 'deadSessions' | 'deadForMs'>;
  readonly clock: Clock;
  readonly log: Pick<Log, 'error'>;
}

const EVERY_MS = 2_000;
/** A write that was on its way when its session died has landed by then. */
const PATIENCE_MS = 1_000;
const AT_ONCE = 500;
/** What is in a queue of OpenSearch may land much later: for as long as the session is known it is asked again, ms. */
const AGAIN_MS = 5 * 60_000;
/** Between two tries for one session, ms; they double. */
const LONGEST_PAUSE_MS = 300_000;
/** What passes by itself is a trouble after this, ms. */
const LASTS_MS = 60_000;

/** Where recovering the records of a session failed. */
interface Failing {
  readonly why: string;
  readonly since: number;
  readonly pause: number;
  readonly nextAt: number;
  readonly passes: boolean;
}

/** Records of dead sessions that are not in the evidence. */
export interface Unrecovered {
  /** Sessions whose records are tried again, and why the last of them failed. */
  readonly sessions: number;
  readonly why: string | undefined;
  /** Documents and records that cannot be read or appended; nobody tries them again. */
  readonly setAside: readonly string[];
}

/** Appends the records that dead sessions wrote into the state but did not copy any more. */
export class EvidenceRecovery {
  /** When it was asked last what a session wrote, and all of that was appended, monotonic ms. */
  private readonly recovered = new Map<string, number>();
  private readonly failing = new Map<string, Failing>();
  private readonly aside = new Set<string>();

  constructor(private readonly ports: RecoverPorts) {}

  /** What a person has to know of. */
  get unrecovered(): Unrecovered {
    const now = this.ports.clock.monotonic();
    const told = [...this.failing.values()].filter(({ passes, since }) => !passes || now - since >= LASTS_MS);
    return { sessions: told.length, why: told[told.length - 1]?.why, setAside: [...this.aside] };
  }

  /** Whether all that a session wrote is in the evidence, or set aside. */
  readonly isRecovered = (session: string): boolean => this.recovered.has(session);

  async run(until: () => boolean): Promise<void> {
    const { session, clock } = this.ports;
    while (!until()) {
      for (const writer of session.deadSessions) if (this.isTime(writer)) await this.recover(writer);
      this.forgetAllBut(session.deadSessions);
      await clock.sleep(EVERY_MS);
    }
  }

  private forgetAllBut(writers: readonly string[]): void {
    const dead = new Set(writers);
    for (const writer of this.failing.keys()) if (!dead.has(writer)) this.failing.delete(writer);
    for (const writer of this.recovered.keys()) if (!dead.has(writer)) this.recovered.delete(writer);
  }

  private isTime(writer: string): boolean {
    const { session, clock } = this.ports;
    const now = clock.monotonic();
    const isDone = now - (this.recovered.get(writer) ?? -Infinity) < AGAIN_MS;
    if (isDone || (session.deadForMs(writer) ?? 0) < PATIENCE_MS) return false;
    return (this.failing.get(writer)?.nextAt ?? -Infinity) <= now;
  }

  private async recover(writer: string): Promise<void> {
    try {
      const { clock } = this.ports;
      const askedAt = clock.monotonic();
      await this.recoverFrom(writer);
      this.recovered.set(writer, askedAt);
      this.failing.delete(writer);
    } catch (cause) {
      this.recovered.delete(writer);
      this.noteFailing(writer, cause);
    }
  }

  private noteFailing(writer: string, cause: unknown): void {
    const { clock, log } = this.ports;
    const before = this.failing.get(writer);
    const now = clock.monotonic();
    const passes = isAway(cause);
    const why = whyOf(cause);
    if (!passes && before?.why !== why) log.error('records of a dead session could not be recovered', { writer, why });
    // What passes by itself is asked for as often as ever.
    const pause = passes || before === undefined ? EVERY_MS : Math.min(LONGEST_PAUSE_MS, before.pause * 2);
    this.failing.set(writer, { why, since: before?.since ?? now, pause, nextAt: now + pause, passes });
  }

  private async recoverFrom(writer: string): Promise<void> {
    const { store } = this.ports;
    const dead = await read(store, 'session', sessionId(writer));
    const since = { kinds: STATE_KINDS, writers: [writer], ordinalAbove: dead?.copied_through ?? 0, fresh: true };
    let entries: EvidenceEntry[] = [];
    for await (const doc of this.documents(since)) {
      entries.push(...this.entriesOf(doc));
      if (entries.length < AT_ONCE) continue;
      await this.append(entries);
      entries = [];
    }
    await this.append(entries);
  }

  /** Where a search fails by one document that cannot be read, each is read by itself. */
  private async *documents(since: Parameters<typeof findAll>[1]): AsyncGenerator<StateDoc> {
    const { store } = this.ports;
    try {
      yield* findAll(store, since);
      return;
    } catch (cause) {
      if (isAway(cause)) throw cause;
    }
    for (const id of await findIds(store, since)) {
      const doc = await this.unlessBad(id, () => store.get(id));
      if (doc !== undefined) yield doc;
    }
  }

  private entriesOf(doc: StateDoc): readonly EvidenceEntry[] {
    return doc.outbox.flatMap((entry) => {
      try {
        return [materialise(entry, doc)];
      } catch (cause) {
        this.setAside(`${doc.id} (${entry.id})`, cause);
        return [];
      }
    });
  }

  /**
   * Records that are refused together are appended one by one. Those that are refused alone are set aside if others are
   * taken; if none is, the evidence is at fault, and all are tried again.
   */
  private async append(entries: readonly EvidenceEntry[]): Promise<void> {
    const { evidence } = this.ports;
    if (entries.length === 0) return;
    try {
      return await evidence.append(entries);
    } catch (cause) {
      if (isAway(cause) || entries.length === 1) throw cause;
    }
    const refused: Array<{ readonly id: string; readonly cause: unknown }> = [];
    for (const entry of entries) {
      try {
        await evidence.append([entry]);
      } catch (cause) {
        if (isAway(cause)) throw cause;
        refused.push({ id: `${entry.family}/${entry.id}`, cause });
      }
    }
    const [first] = refused;
    if (first !== undefined && refused.length === entries.length) throw first.cause;
    for (const { id, cause } of refused) this.setAside(id, cause);
  }

  private async unlessBad<Found>(id: string, work: () => Promise<Found>): Promise<Found | undefined> {
    try {
      return await work();
    } catch (cause) {
      if (isAway(cause)) throw cause;
      this.setAside(id, cause);
      return undefined;
    }
  }

  private setAside(what: string, cause: unknown): void {
    if (this.aside.has(what)) return;
    this.aside.add(what);
    this.ports.log.error('a record of a dead session cannot be recovered, and is set aside', {
      what,
      why: whyOf(cause),
    });
  }
}
