import { ok } from '../../common/result';
import type { ClearedCommand } from '../../common/flow/command';
import type { ActionRecord } from '../../common/flow/outcome';
import type { Effect } from '../../server/engine/execution/effect';
import { CommitQueue } from '../../server/runner/keeping/commit_queue';
import { EvidenceCopier } from '../../server/runner/keeping/evidence_copier';
import { plannedCase, type CaseContent } from '../../server/runner/keeping/kinds/case';
import { plannedEffect } from '../../server/runner/keeping/kinds/effect';
import type { Gate } from '../../server/runner/keeping/kinds/gate';
import { RELEASED, type SessionContent } from '../../server/runner/keeping/kinds/session';
import { contentOf, type PlannedDoc } from '../../server/runner/keeping/state_docs';
import type {
  Basics,
  CallOutcome,
  Capabilities,
  Connector,
  EffectHandle,
  Journal,
  StateDoc,
  UndoOutcome,
  Verification,
} from '../../server/runner/ports';
import { ProbeTickets } from '../../server/runner/session/probe_tickets';
import type { Session } from '../../server/runner/session/session';
import { FakeDisk } from '../fakes/fake_disk';
import { FakeEvidence, fakeEvidenceLog } from '../fakes/fake_evidence';
import { FakeStore } from '../fakes/fake_store';
import { Scheduler } from '../fakes/scheduler';
import { chanceOf, clockOf, drive, quietLog, storePort, type StorePort } from './store_port';
import { capabilities, EFFECT, ME, START, utcAt } from './undoing';

/* One session with its store, journal, evidence and one target, in virtual time. */

/** A target that says what the test wants. */
export class ScriptedTarget {
  /** What is there; undoing makes it `absent` unless the test scripts another answer. */
  is: Verification['state'] = 'present';
  says: string | undefined;
  /** How it answers an order to undo; `silent` never does. */
  answer: UndoOutcome | 'silent' | undefined;
  /** How it answers an order to act. */
  takes: (command: ClearedCommand) => Promise<CallOutcome> = async () => ({ kind: 'succeeded' });
  /** How it answers an order to keep an effect longer; undefined: it cannot be told. */
  extends: ((lastsMs: number | null) => CallOutcome | Promise<CallOutcome>) | undefined;
  /** It takes the order and leaves the effect where it is. */
  stubborn = false;
  readonly calls: string[] = [];
  /** Everything that it was handed with its last call. */
  handle: EffectHandle | undefined;
  readonly connector: Connector;

  constructor(readonly capabilities: Capabilities) {
    const noted = (call: string, handle?: EffectHandle): void => {
      this.calls.push(call);
      this.handle = handle ?? this.handle;
    };
    const extend = (): Connector['extend'] => {
      const { extends: answer } = this;
      return (
        answer &&
        (async (handle, lastsMs, { fence, mayStart }) => {
          if (!mayStart()) return { kind: 'not_started', why: 'not permitted' };
          noted(`extend ${handle.command_ids.join(',')} fence ${fence}`, handle);
          return answer(lastsMs);
        })
      );
    };
    this.connector = {
      name: 'edge',
      kind: 'scripted',
      capabilities,
      execute: async (command, { mayStart }) => {
        if (!mayStart()) return { kind: 'not_started', why: 'not permitted' };
        noted(`execute ${command.action}`);
        return this.takes(command);
      },
      verify: async (handle) => {
        noted('verify', handle);
        return this.says === undefined ? { state: this.is } : { state: this.is, text: this.says };
      },
      undo: (handle, { fence, mayStart }) => {
        noted(`undo ${handle.command_ids.join(',')} fence ${fence}${mayStart() ? '' : ' not permitted'}`, handle);
        if (this.answer === 'silent') return new Promise(() => undefined);
        if (this.answer === undefined && !this.stubborn) this.is = 'absent';
        return Promise.resolve(this.answer ?? { kind: 'succeeded' });
      },
      cancel: async (id) => noted(`cancel ${id}`),
      get extend() {
        return extend();
      },
      list: async () => ok([]),
      status: async () => ({ state: 'ok', text: '' }),
    };
  }

  /** How often a call was made. */
  count(call: string): number {
    return this.calls.filter((each) => each.startsWith(call)).length;
  }
}

/** What a session tells the rooms that look after its work. */
class ScriptedSession {
  readonly id = ME;
  isLost = false;
  /** Why it may start nothing now. */
  stands: ReturnType<Session['standstill']>;
  gate: Gate | undefined;
  livePeers: readonly string[] = [];
  /** What other sessions say of themselves. */
  readonly peers = new Map<string, Partial<SessionContent>>();
  roles: readonly string[] = ['intake', 'decide', 'act', 'undo'];
  /** Since when sessions are dead, ms of the scheduler. */
  readonly deadSince = new Map<string, number>();
  readonly forgotten: string[] = [];
  readonly probes = new ProbeTickets(ME);

  constructor(private readonly scheduler: Scheduler) {}

  standstill(): ReturnType<Session['standstill']> {
    return this.stands;
  }

  noPermit(): ReturnType<Session['noPermit']> {
    return this.stands === 'stopped' ? undefined : this.stands;
  }

  isStopped(): boolean {
    return this.stands === 'stopped';
  }

  get deadSessions(): readonly string[] {
    return [...this.deadSince.keys()];
  }

  has(role: string): boolean {
    return this.roles.includes(role);
  }

  saysOfItself(id: string): Partial<SessionContent> | undefined {
    return this.peers.get(id);
  }

  deadForMs(id: string): number | undefined {
    if (id === RELEASED) return Infinity;
    const since = this.deadSince.get(id);
    return since === undefined ? undefined : this.scheduler.now - since;
  }

  async changeGate(change: (gate: Gate) => Gate): Promise<Gate> {
    this.gate = change(this.gate ?? aGate());
    return this.gate;
  }

  forgetDead(id: string): void {
    this.forgotten.push(id);
    this.deadSince.delete(id);
  }

  get port(): Session {
    return this as unknown as Session;
  }
}

export const aGate = (overrides: Partial<Gate> = {}): Gate => ({
  generation: 'g1',
  epoch: 1,
  stops: [],
  sessions: {},
  bundle_floor: 0,
  ...overrides,
});

export interface Room {
  readonly scheduler: Scheduler;
  readonly fake: FakeStore;
  readonly port: StorePort;
  readonly disk: FakeDisk;
  readonly journal: Journal;
  readonly evidence: FakeEvidence;
  readonly session: ScriptedSession;
  readonly target: ScriptedTarget;
  readonly connectors: ReadonlyMap<string, Connector>;
  readonly basics: Basics;
  readonly commits: CommitQueue;
  /** What was said in the log. */
  readonly lines: string[];
  /** Lets time pass; search sees every write within 50 ms. */
  readonly wait: (ms: number) => Promise<void>;
  readonly run: <Value>(work: Promise<Value>) => Promise<Value>;
  /** Puts a document where it was not, or over what was there, as another session would. */
  readonly put: (doc: PlannedDoc, more?: { readonly owner?: string; readonly session?: string }) => StateDoc;
  /** From now on writes of such documents fail as if Reflex had a bug. */
  readonly failWrites: (isHit: (id: string) => boolean) => void;
  readonly putEffect: (effect: Effect, id?: string) => StateDoc;
  readonly putCase: (content: CaseContent, owner?: string) => StateDoc;
  readonly effect: (id?: string) => Effect | undefined;
  readonly caseOf: (id: string) => CaseContent | undefined;
  /** The records of commands, oldest first. */
  readonly records: () => readonly ActionRecord[];
}

const writer = (fake: FakeStore): Room['put'] => {
  let writes = 0;
  return ({ id, kind, facets, content, owner = ME }, more = {}) => {
    const body = {
      kind,
      write_id: `test-${(writes += 1)}`,
      session: more.session ?? ME,
      owner: more.owner ?? owner,
      ordinal: 0,
      facets,
      content,
      outbox: [],
    };
    fake.write({ id, expect: fake.get(id)?.version ?? 'absent', body });
    fake.refresh();
    const doc = fake.get(id);
    if (!doc) throw new Error(`${id} was not written`);
    return doc;
  };
};

export const undoRoom = (can: Partial<Capabilities> = {}): Room => {
  const scheduler = new Scheduler();
  const fake = new FakeStore();
  const port = storePort(fake, scheduler);
  const disk = new FakeDisk();
  const { journal } = disk.ports(async () => undefined);
  const evidence = new FakeEvidence();
  const lines: string[] = [];
  const basics = { clock: clockOf(scheduler, START), chance: chanceOf(), log: quietLog(lines) };
  const copier = new EvidenceCopier({ evidence: fakeEvidenceLog(evidence), ...basics });
  const commits = new CommitQueue({
    store: port.store,
    journal,
    copier,
    basics,
    session: ME,
    changed: () => undefined,
  });
  const target = new ScriptedTarget(capabilities(can));
  const put = writer(fake);
  const wait = async (ms: number): Promise<void> => {
    const end = scheduler.now + ms;
    while (scheduler.now < end) {
      fake.refresh();
      await scheduler.runUntil(Math.min(end, scheduler.now + 50));
    }
  };
  return {
    scheduler,
    fake,
    port,
    disk,
    journal,
    evidence,
    session: new ScriptedSession(scheduler),
    target,
    connectors: new Map([['edge', target.connector]]),
    basics,
    commits,
    lines,
    wait,
    run: (work) => drive(scheduler, work),
    put,
    failWrites: (isHit) => {
      const { bulk } = port.store;
      const failing: typeof bulk = (writes) =>
        writes.some(({ id }) => isHit(id)) ? Promise.reject(new Error('a bug')) : bulk(writes);
      Object.assign(port.store, { bulk: failing });
    },
    putEffect: (effect, id = EFFECT) => put(plannedEffect(id, effect, utcAt(0))),
    putCase: (content, owner = ME) => put(plannedCase(content, utcAt(0)), { owner }),
    effect: (id = EFFECT) => contentOf('effect', fake.get(id)),
    caseOf: (id) => contentOf('case', fake.get(id)),
    records: () =>
      [...(evidence.records.get('actions')?.values() ?? [])].map(({ body }) => body as unknown as ActionRecord),
  };
};
