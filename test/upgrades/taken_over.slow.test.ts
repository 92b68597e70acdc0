import { kindById } from '../../server/runner/session/rekind';
import { iso } from '../../common/iso';
import { statementIn } from '../../server/engine/policy/verify_bundle';
import { decode } from '../../common/codec/decode';
import { DecisionRecord } from '../../common/flow/decision';
import { hashOfDecision } from '../../server/engine/decision/seal';
import { replay } from '../../server/engine/replay/replay';
import type { Agent } from '../../server/runner/agent/agent';
import { keptBacktests } from '../../server/runner/doctrine/backtest/kept';
import { GATE_ID } from '../../server/runner/keeping/kinds/gate';
import type { CaseContent } from '../../server/runner/keeping/kinds/case';
import { listCandidates } from '../../server/runner/doctrine/candidates/candidate_book';
import { listContainments, listEscalations } from '../../server/runner/operations/containments';
import { replayDecision } from '../../server/runner/operations/decisions';
import { approve } from '../../server/runner/operations/escalations';
import { guardDrafts } from '../../server/runner/doctrine/drafts/guard_drafts';
import { policyDrafts } from '../../server/runner/doctrine/drafts/policy_drafts';
import { listQuarantine } from '../../server/runner/operations/quarantine_list';
import { STATE_SCHEMA, type StateKind } from '../../server/runner/ports';
import { contentOf } from '../../server/runner/keeping/state_docs';
import { received } from '../builders/events';
import { targetKey } from '../simulation/sim_target';
import { World, type SimAgent } from '../simulation/world';
import { readRecording, type Recording } from './recording';
import { STORY } from './stored_story';

/*
 * What an earlier version stored is taken over by this one: nothing is lost, everything is undone on time, nothing is
 * done twice, and what was decided can be replayed (`docs/decisions/014-upgrades.md`).
 */

/** By the state schema that they speak. Before schema 3 no event had a voice: all of it is claimed. */
const RECORDINGS: ReadonlyArray<readonly [name: string, schema: number]> = [
  ['6795c7f', 1],
  ['14f7daf', 2],
];
/** Kinds that a recording of each schema has something of. */
const KINDS: Readonly<Record<number, readonly string[]>> = {
  1: [
    'bundle',
    'case',
    'cursor',
    'doorbell',
    'draft',
    'effect',
    'episode',
    'gate',
    'ledger',
    'quarantine',
    'session',
    'source',
  ],
  2: [
    'backtest',
    'backtest_run',
    'bundle',
    'candidate',
    'case',
    'channel',
    'cursor',
    'doorbell',
    'effect',
    'episode',
    'freshness',
    'gate',
    'guard_draft',
    'ledger',
    'mapping',
    'policy_draft',
    'policy_home',
    'quarantine',
    'session',
    'subscription',
  ],
};
/** Between a deadline of another process and its undoing: clocks may be 10 s apart, then a look or two. */
const LATEST_MS = 15_000;
const HOUR_MS = 3_600_000;

/** Hours pass in a whole world: longer than the usual 5 s where the machine is busy. */
jest.setTimeout(30_000);

describe.each(RECORDINGS)('what %s stored', (name, schema) => {
  let recording: Recording;
  let world: World;
  let first: SimAgent;
  let second: SimAgent;

  const pass = (ms: number): Promise<void> => world.scheduler.runUntil(world.now + ms);
  const settled = async <Answer>(promise: Promise<Answer>): Promise<Answer> => {
    let done = false;
    const told = promise.finally(() => {
      done = true;
    });
    while (!done) await pass(50);
    return told;
  };
  const recorded = (kind: StateKind) => recording.state.filter((doc) => doc.kind === kind);
  const bodies = (kind: StateKind) =>
    [...world.store.documents].filter(([, { body }]) => body.kind === kind).map(([id, { body }]) => ({ id, ...body }));
  const isBlocked = (address: string): boolean => world.target.entries.has(`block_ip ip:${address}`);
  const boot = async (): Promise<Agent> => {
    world.boot(first);
    const agent = world.boot(second);
    while (agent.shift === undefined || first.agent?.shift === undefined) await pass(100);
    await pass(8_000);
    return agent;
  };
  const send = (agent: Agent, id: string, ip: string, origin: string) =>
    settled(
      agent.admit(
        received(
          {
            event_id: id,
            timestamp: iso(world.epoch + world.now),
            confidence: 0.95,
            severity: 'high',
            source: { ip },
            rule: { id: `rule-${origin}`, name: `story ${origin}`, origin, status: 'stable' },
          },
          { intake: { type: 'webhook', id: 'test' } },
        ),
      ),
    );
  /** Case of an address: the newest, where an address has two. */
  const caseOf = (address: string): CaseContent | undefined =>
    bodies('case')
      .map((doc) => contentOf('case', doc))
      .filter((content) => content?.received.event.source?.ip === address)
      .sort((a, b) => ((a?.received.received_at ?? '') < (b?.received.received_at ?? '') ? 1 : -1))[0];

  /** @param laterMs after its agents were killed */
  const setUp = async (laterMs: number): Promise<void> => {
    recording = await readRecording(name);
    const statement = statementIn(recording.bundle);
    if (!statement.ok) throw new Error('the recorded bundle has no statement');
    world = new World({
      seed: 5,
      agents: 2,
      bundle: { files: recording.bundle, keys: recording.keys, statement: statement.value },
      inventory: [],
      actions: ['block_ip', 'isolate_host'],
      idempotency: 'key',
      epoch: recording.at + laterMs,
      recorded: {
        archive: recording.archive,
        identity: recording.disks.first.memory.get('state_identity') ?? '',
      },
    });
    [first, second] = world.agents as [SimAgent, SimAgent];
    Object.assign(first, { disk: recording.disks.first, utcOffset: 0 });
    Object.assign(second, { disk: recording.disks.second, utcOffset: 0 });
    world.store.load(recording.state);
    world.evidence.append(recording.evidence);
    for (const { address, tag } of recording.blocks) {
      const effect = recorded('effect')
        .map((doc) => contentOf('effect', doc))
        .find((each) => each?.reasons.some(({ command }) => command.command_id === tag));
      if (!effect) throw new Error(`nothing in the recording knows of the block of ${address}`);
      world.target.apply(targetKey(effect.action, effect.target), tag, 0);
    }
  };
  beforeEach(() => setUp(0));

  it('holds something of every kind that it should', () => {
    const count = new Map<string, number>();
    for (const { kind } of recording.state) count.set(kind, (count.get(kind) ?? 0) + 1);
    expect([...count.keys()].sort()).toEqual(KINDS[schema]);
    expect(recording.disks.first.spooled).toHaveLength(STORY.spooled.length);
    expect(recording.blocks.map(({ address }) => address)).toContain(STORY.cutOff);
    expect(recorded('gate').map((doc) => contentOf('gate', doc)?.engine_floor)).toEqual([
      schema === 1 ? undefined : schema,
    ]);
  });

  it('waits until the agents that wrote it are surely dead, then keeps older ones out', async () => {
    const agent = world.boot(first);
    await pass(3_000);
    expect(agent.shift).toBeUndefined();
    while (agent.shift === undefined && world.now < 10_000) await pass(100);
    const gate = contentOf('gate', world.store.get(GATE_ID));
    const before = contentOf('gate', recorded('gate')[0]);
    expect(gate).toMatchObject({ engine_floor: STATE_SCHEMA, lineage: [before?.generation], bundle_floor: 2 });
    expect(world.store.schema).toBe(STATE_SCHEMA);
    expect(first.disk.memory.get('state_generation')).toBe(gate?.generation);
  });

  it('gives every document a kind of its own, changes nothing else of it, and notes that once', async () => {
    await boot();
    for (const doc of recording.state) {
      const now = world.store.get(doc.id);
      expect([doc.id, now?.kind]).toEqual([doc.id, kindById(doc.id) ?? doc.kind]);
      if (String(doc.kind) === 'draft' && doc.facets.state !== 'backtest_run')
        expect([now?.content, now?.outbox, now?.session, now?.facets]).toEqual([
          doc.content,
          doc.outbox,
          doc.session,
          doc.facets,
        ]);
    }
    expect(contentOf('gate', world.store.get(GATE_ID))?.state_schema).toBe(STATE_SCHEMA);
  });

  it('keeps every case, and asks about the events that waited on a disk: nobody granted what they claim', async () => {
    await boot();
    for (const doc of recorded('case')) {
      const now = contentOf('case', world.store.get(doc.id));
      expect(now?.received).toEqual(contentOf('case', doc)?.received);
      expect(['decided', 'waiting', 'held']).toContain(now?.state);
    }
    for (const address of STORY.spooled) {
      expect([address, isBlocked(address)]).toEqual([address, false]);
      expect(caseOf(address)?.decision?.acts[0]?.reasons.map(({ code }) => code)).toContain('claimed_only');
    }
    expect(caseOf(STORY.cutOff)?.acts.map(({ status }) => status)).toEqual(['present']);
    expect(caseOf(STORY.denied)?.acts.map(({ status }) => status)).toEqual(['refused']);
    expect(first.disk.spooled).toEqual([]);
    expect(world.errors).toEqual([]);
  });

  it('knows its events again, and does nothing twice', async () => {
    const agent = await boot();
    const before = world.target.history.length;
    for (const doc of recorded('case')) {
      const known = contentOf('case', doc)?.received;
      if (known) expect((await settled(agent.admit(known))).kind).toBe('duplicate');
    }
    await pass(5_000);
    expect(world.target.history).toHaveLength(before);
  });

  it('undoes each effect in its time, with the last of its reasons', async () => {
    const ends = new Map<string, number>();
    for (const effect of recorded('effect').map((doc) => contentOf('effect', doc))) {
      if (!effect || effect.state === 'absent') continue;
      const deadlines = effect.reasons.map(({ deadline }) => Date.parse(deadline ?? ''));
      ends.set(targetKey(effect.action, effect.target), Math.max(...deadlines) - world.epoch);
    }
    expect(ends.size).toBe(recording.blocks.length);
    await boot();
    await pass(12 * 60_000);
    expect([...world.target.entries]).toEqual([]);
    for (const { kind, key, at } of world.target.history) {
      const end = ends.get(key);
      if (kind !== 'removed' || end === undefined) continue;
      expect([key, at >= end, at <= end + LATEST_MS]).toEqual([key, true, true]);
    }
    expect(bodies('effect').map((body) => contentOf('effect', body)?.state)).toEqual(
      bodies('effect').map(() => 'absent'),
    );
    for (const machine of world.agents) world.crash(machine);
    await boot();
    expect([...first.disk.journalEntries, ...second.disk.journalEntries]).toEqual([]);
  });

  it('still asks what it asked, lets a person approve it, and keeps what was denied denied', async () => {
    const agent = await boot();
    await pass(2_000);
    const { escalations } = await settled(listEscalations(agent));
    expect(escalations.map(({ act }) => act.target.value).sort()).toEqual([...STORY.waiting, ...STORY.spooled]);
    const [asked] = escalations;
    const { shift } = agent;
    if (!asked || !shift) throw new Error('nobody is asked');
    const { case_id: caseId, act_id: actId, seen } = asked;
    const word = { caseId, actId, by: 'cleo', reason: 'looked at it', fourEyes: true, seen };
    expect(await settled(approve(shift, word))).toMatchObject({ ok: true });
    await pass(3_000);
    expect([asked.act.target.value, STORY.denied].map(isBlocked)).toEqual([true, false]);
  });

  it('comes back after a night: all is undone at once, nobody is asked any more, and what waited on a disk is too old to act on', async () => {
    await setUp(12 * HOUR_MS);
    await boot();
    await pass(10_000);
    expect([...world.target.entries]).toEqual([]);
    expect(world.sendings).toEqual([]);
    expect(world.store.documents.size).toBeGreaterThan(recording.state.length);
    for (const address of STORY.spooled) expect(caseOf(address)?.state).toBe('waiting');
    for (const address of STORY.waiting) expect(caseOf(address)?.acts.map(({ status }) => status)).toEqual(['expired']);
  });

  it('asks about what was held once it is confirmed, and acts when what counts confirms it', async () => {
    const agent = await boot();
    expect(isBlocked(STORY.held)).toBe(false);
    await send(agent, 'the confirmation', STORY.held, 'story_confirm');
    await pass(5_000);
    // What earlier versions took in is claimed altogether.
    expect(isBlocked(STORY.held)).toBe(false);
    expect(caseOf(STORY.held)).toMatchObject({ state: 'waiting', decision: { verdict: 'escalate' } });
    await send(agent, 'another confirmation', STORY.held, 'story_confirm');
    await pass(5_000);
    expect(isBlocked(STORY.held)).toBe(true);
  });

  it('decides by the bundle in force, and counts what had started in its limits', async () => {
    const agent = await boot();
    expect(agent.parts.bundles.status).toMatchObject({ version: 2 });
    await send(agent, 'a new one', '198.51.100.99', 'story_short');
    await pass(3_000);
    expect(isBlocked('198.51.100.99')).toBe(true);
    for (const doc of recorded('ledger')) {
      const [before, now] = [contentOf('ledger', doc), contentOf('ledger', world.store.get(doc.id))];
      const starts = (of: typeof now): number =>
        (of?.buckets ?? []).reduce((sum, { count }) => sum + count, 0) +
        (of?.entries ?? []).filter(({ rate }) => rate === true).length;
      expect(starts(now)).toBeGreaterThanOrEqual(starts(before));
      for (const { target, rate } of before?.entries ?? [])
        if (rate !== true) expect(now?.entries.map((entry) => entry.target)).toContain(target);
    }
  });

  it('shows drafts, candidates, backtests, sources and what was put aside as they were', async () => {
    const agent = await boot();
    await pass(2_000);
    expect((await settled(policyDrafts.list(agent))).map(({ id }) => id).sort()).toEqual([
      'story-draft',
      'story-later',
      'story-open',
      'story-short',
    ]);
    expect((await settled(guardDrafts.list(agent))).map(({ guard }) => guard)).toEqual(['calendar']);
    const candidates = await settled(listCandidates(agent));
    expect(candidates.map(({ state }) => state).sort()).toEqual(['approved', 'proposed', 'released']);
    expect(candidates.find(({ state }) => state === 'approved')?.approvals).toMatchObject([{ user: 'ben' }]);
    expect((await settled(keptBacktests(agent))).map(({ state }) => state)).toContain('done');
    const { entries } = await settled(listQuarantine(agent, { limit: 10, offset: 0 }));
    expect(entries.map(({ resolution }) => resolution?.how).sort()).toEqual(['discarded', undefined]);
    expect(bodies('channel').map((doc) => contentOf('channel', doc)?.open)).toEqual([true]);
    expect(bodies('subscription').map((doc) => contentOf('subscription', doc)?.state)).toEqual(['subscribed']);
    expect(bodies('mapping').map((doc) => contentOf('mapping', doc)?.version)).toEqual([1]);
    const { containments } = await settled(listContainments(agent));
    expect(containments.map(({ target }) => target.value)).toEqual(
      expect.arrayContaining(recording.blocks.map(({ address }) => address)),
    );
  });

  it('finds every decision intact, made by another engine; decided now, no act would come of silence or end in it', async () => {
    const agent = await boot();
    const records = recording.evidence.filter(({ family }) => family === 'decisions');
    expect(records.length).toBeGreaterThan(10);
    for (const { body } of records) {
      const record = body as unknown as DecisionRecord;
      const { decision_id, bundle: of, engine_digest: engineDigest } = record.decision;
      expect(await settled(replayDecision(agent, decision_id))).toMatchObject({ value: { status: 'engine_differs' } });
      const bundle = await settled(agent.parts.bundles.withDigest(of.digest));
      const { hash, ...content } = record.decision;
      expect(hashOfDecision(record.event, content)).toBe(hash);
      expect(decode(DecisionRecord, record)).toMatchObject({ ok: true });
      // Taken for the engine that decided: it decides alike, but asks where what was said is only claimed by now.
      const { decision: now } = replay({ record, bundle, model: agent.parts.model(), engineDigest });
      const { verdict } = record.decision;
      expect([verdict, now?.verdict]).toEqual([verdict, verdict === 'permit' ? 'escalate' : verdict]);
    }
  });
});
