import type { OutcomeDocument, Transition } from '../../../../common/api/outcome_document';
import { OutcomeDocument as OutcomeCodec, TRANSITIONS } from '../../../../common/api/outcome_document';
import { denyEscalation, listEscalations } from '../../../../common/api/routes';
import { decode } from '../../../../common/codec/decode';
import type { Intake } from '../../../../common/flow/intake';
import { iso } from '../../../../common/iso';
import { callerWith, routeHost, type RouteHost } from '../../../../test/builders/route_host';
import { received } from '../../../../test/builders/events';
import { fakeFeed, FakeReceiver } from '../../../../test/fakes/fake_outcomes';
import type { TellingContent } from '../../keeping/kinds/telling';
import type { Told } from '../../ports';
import { tellOutcomes } from './tell_outcomes';
import { lagOf, TellingBook, TellingWatch } from './telling_watch';

const SIEM: Intake = { type: 'webhook', id: 'siem' };
const HOUR_MS = 3_600_000;

let host: RouteHost;
let receiver: FakeReceiver;
let watch: TellingWatch;
let life: AbortController;
let count = 0;

const begin = (
  tell: readonly Transition[] = TRANSITIONS,
  { giveUpMs = 24 * HOUR_MS, feed = fakeFeed(host.world.evidence), source = SIEM } = {},
) => {
  const telling = { name: 'siem', source, tell, channel: receiver, giveUpMs };
  watch = new TellingWatch({ name: 'siem', source, tell, channel: 'webhook', place: 'https://siem.example/outcomes' });
  const own = new AbortController();
  life.signal.addEventListener('abort', () => own.abort());
  void tellOutcomes({ agent: host.agent, feed, telling, watch }, own.signal);
  return () => own.abort();
};

const send = (event: object, kept: object = {}) => {
  const id = `e${(count += 1)}`;
  const timestamp = iso(host.agent.parts.clock.utc());
  const whole = received(
    { event_id: id, timestamp, rule: { origin: 'known_ioc' }, ...event },
    { received_at: timestamp, ...kept },
  );
  return host.drive(host.agent.admit(whole)).then(() => id);
};
const stored = (): TellingContent => host.world.store.get('telling:siem')?.content as TellingContent;
const of = (id: string): OutcomeDocument[] => receiver.got.filter(({ event_id }) => event_id === id);
/** Before its time ends a permit is decided again, with the same verdict. */
const transitions = (id: string): string[] =>
  of(id)
    .filter(({ predecessor }) => predecessor === undefined)
    .map(({ transition }) => transition);
const REVIEWED = 1;

beforeEach(async () => {
  host = await routeHost();
  receiver = new FakeReceiver();
  life = new AbortController();
});
afterEach(() => {
  life.abort();
});

describe('what became of a report', () => {
  it('is told step by step: decided, sent, verified, ended, each once, with numbers that have no gap', async () => {
    begin();
    await host.wait(3_000);
    const id = await send({});
    await host.wait(50_000);
    expect(transitions(id)).toEqual(['decided', 'sent', 'verified', 'ended']);
    expect(receiver.got.map(({ sequence }) => sequence)).toEqual(receiver.got.map((_, index) => index + 1));
    expect(new Set(receiver.got.map(({ key }) => key)).size).toBe(receiver.got.length);
    const [decided, , verified] = of(id);
    const ended = of(id).find(({ transition }) => transition === 'ended');
    expect(decided).toMatchObject({ verdict: 'permit', source: SIEM, reflex_outcome: 'v1', bundle: { version: 1 } });
    expect(verified).toMatchObject({
      act: {
        action: 'block_ip',
        target: { type: 'ip', value: '203.0.113.7' },
        state: 'verified_present',
        policy: { id: 'block-ioc' },
      },
      acts: [{ status: 'present' }],
    });
    expect(ended?.act).toMatchObject({ how: 'ttl', by: 'reflex', state: 'undone' });
    expect(ended?.acts).toMatchObject([{ status: 'ended' }]);
    // The decision may be told long after: it says nothing of an effect that may be over by then.
    expect(decided?.acts[0]?.status).not.toBe('ended');
    expect(stored()).toMatchObject({ told: 4 + REVIEWED, sequence: 4 + REVIEWED, refused: 0, given_up: 0 });
  });

  it('is told in documents that fit what is published', async () => {
    begin();
    await host.wait(3_000);
    await send({});
    await send({ rule: undefined, tags: ['ask'] });
    await host.wait(50_000);
    expect(receiver.got.length).toBeGreaterThan(4);
    for (const each of receiver.got)
      expect(decode(OutcomeCodec, JSON.parse(JSON.stringify(each)))).toEqual({ ok: true, value: each });
  });

  it('is told only where its source, and that transition, were asked for; nothing that was before', async () => {
    await send({ source: { ip: '203.0.113.1' } });
    await host.wait(2_000);
    begin(['verified']);
    await host.wait(3_000);
    const id = await send({ source: { ip: '203.0.113.2' } });
    const other = await send({ source: { ip: '203.0.113.3' } }, { intake: { type: 'webhook', id: 'other' } });
    await host.wait(50_000);
    expect(receiver.got.map(({ event_id, transition }) => [event_id, transition])).toEqual([[id, 'verified']]);
    expect(of(other)).toEqual([]);
  });

  it('is told of every source of a kind where that is asked for, never of the demo', async () => {
    begin(['verified'], { source: { type: 'webhook', id: '*' } });
    await host.wait(3_000);
    const one = await send({ source: { ip: '203.0.113.2' } }, { intake: { type: 'webhook', id: 'other' } });
    await send({ source: { ip: '203.0.113.3' } }, { demo: true });
    await send({ source: { ip: '203.0.113.4' } }, { intake: { type: 'kafka', id: 'other' } });
    await host.wait(20_000);
    expect(receiver.got.map(({ event_id }) => event_id)).toEqual([one]);
  });

  it('is told as denied when a person refuses, with who did', async () => {
    begin(['denied']);
    await host.wait(3_000);
    const id = await send({ rule: undefined, tags: ['ask'] });
    await host.wait(3_000);
    expect(receiver.got).toEqual([]);
    const person = callerWith('ann', 'read', 'respond', 'approve');
    const { body } = await host.call(listEscalations, { as: person });
    const [waiting] = (body as { escalations: Array<{ case_id: string; act_id: string; seen: string }> }).escalations;
    const { case_id = '', act_id = '', seen } = waiting ?? {};
    const denied = await host.call(denyEscalation, {
      params: { case_id, act_id },
      body: { reason: 'ours', seen },
      as: person,
    });
    expect(denied.status).toBe(200);
    await host.wait(5_000);
    expect(of(id)).toMatchObject([
      {
        transition: 'denied',
        person: { by: 'ann', act_id, reason: 'ours' },
        acts: [{ status: 'refused', resolution: { by: 'ann' } }],
      },
    ]);
  });

  it('is told of who joins a containment that is verified already', async () => {
    begin(['verified']);
    await host.wait(3_000);
    const first = await send({});
    await host.wait(8_000);
    const second = await send({});
    await host.wait(8_000);
    expect(transitions(first)).toEqual(['verified']);
    expect(of(second)).toMatchObject([{ transition: 'verified', act: { state: 'reason_added' } }]);
  });
});

describe('a receiver that is down', () => {
  const away = (): Told => ({ kind: 'failed', why: 'connection refused' });

  it('holds up no decision, act or undoing, is tried in growing pauses, and hears of all in order once it is up', async () => {
    let tries = 0;
    receiver.answer = () => {
      tries += 1;
      return away();
    };
    begin();
    await host.wait(3_000);
    const id = await send({});
    await host.wait(55_000);
    expect(host.world.evidence.find({ family: 'actions', where: { state: 'undone' } })).toHaveLength(1);
    expect(receiver.got).toEqual([]);
    expect(tries).toBeGreaterThan(3);
    expect(tries).toBeLessThan(9);
    expect(watch.facts).toMatchObject({ error: 'connection refused', counts: { told: 0, failed: tries } });
    expect(lagOf(watch.facts, host.agent.parts.clock.utc())).toBeGreaterThan(45);
    receiver.answer = () => ({ kind: 'told' });
    await host.wait(65_000);
    expect(transitions(id)).toEqual(['decided', 'sent', 'verified', 'ended']);
    expect(watch.facts.error).toBeUndefined();
    expect(lagOf(watch.facts, host.agent.parts.clock.utc())).toBe(0);
  });

  it('is a trouble after five minutes, and not any more once it was reached', async () => {
    receiver.answer = away;
    begin();
    const book = new TellingBook([watch], host.agent.parts.clock);
    await host.wait(3_000);
    await send({});
    await host.wait(60_000);
    expect(book.troubles()).toEqual([]);
    await host.wait(300_000);
    expect(book.troubles()).toMatchObject([
      { code: 'outcomes_not_told', text: expect.stringContaining('connection refused') as string },
    ]);
    receiver.answer = () => ({ kind: 'told' });
    await host.wait(65_000);
    expect(book.troubles()).toEqual([]);
  });

  it('is given up on what is too old: counted, said, and a gap in the numbers', async () => {
    receiver.answer = away;
    begin(TRANSITIONS, { giveUpMs: 60_000 });
    await host.wait(3_000);
    const lost = await send({});
    await host.wait(200_000);
    expect(stored()).toMatchObject({
      told: 0,
      given_up: 4 + REVIEWED,
      sequence: 4 + REVIEWED,
      last_lost: { result: 'given_up' },
    });
    expect(new TellingBook([watch], host.agent.parts.clock).troubles()).toMatchObject([{ code: 'outcomes_lost' }]);
    receiver.answer = () => ({ kind: 'told' });
    const id = await send({ source: { ip: '203.0.113.9' } });
    await host.wait(65_000);
    expect(of(lost)).toEqual([]);
    expect(of(id)[0]).toMatchObject({ transition: 'decided', sequence: 5 + REVIEWED });
  });

  it('that refuses one document for good hears of the next', async () => {
    receiver.answer = ({ transition }) =>
      transition === 'decided' ? { kind: 'refused', why: 'HTTP 422' } : { kind: 'told' };
    begin();
    await host.wait(3_000);
    const id = await send({});
    await host.wait(50_000);
    expect(transitions(id)).toEqual(['sent', 'verified', 'ended']);
    expect(stored()).toMatchObject({
      refused: 1 + REVIEWED,
      told: 3,
      sequence: 4 + REVIEWED,
      last_lost: { result: 'refused', why: 'HTTP 422' },
    });
  });
});

describe('telling', () => {
  it('goes on where it broke off: what was told and not noted is told again with the same key and number', async () => {
    let hang = true;
    const sent: OutcomeDocument[] = [];
    receiver.answer = (document) => {
      sent.push(document);
      // It arrived, and whoever told it died before it heard so.
      return hang ? new Promise<Told>(() => undefined) : { kind: 'told' };
    };
    const kill = begin(['verified']);
    await host.wait(3_000);
    await send({});
    await host.wait(10_000);
    expect(sent).toHaveLength(1);
    kill();
    hang = false;
    begin(['verified']);
    await host.wait(10_000);
    expect(sent).toHaveLength(2);
    expect([sent[1]?.key, sent[1]?.sequence]).toEqual([sent[0]?.key, sent[0]?.sequence]);
  });

  it('leaves the cursor to whoever moved it meanwhile', async () => {
    let answer: ((told: Told) => void) | undefined;
    receiver.answer = () => new Promise<Told>((resolve) => (answer = resolve));
    begin(['verified']);
    await host.wait(3_000);
    await send({});
    await host.wait(10_000);
    const other = { ...stored(), sequence: 40, told: 40 };
    await host.drive(
      host.agent.shift?.parts.commits.settle<void>({
        reads: ['telling:siem'],
        build: () => ({
          docs: [{ id: 'telling:siem', kind: 'telling', facets: {}, content: other }],
          answer: undefined,
        }),
      }) ?? Promise.reject(new Error('not joined')),
    );
    answer?.({ kind: 'told' });
    await host.wait(500);
    expect(stored()).toMatchObject({ sequence: 40, told: 40 });
  });

  it('waits for a decision that is not on record yet, and leaves out what has none', async () => {
    const feed = fakeFeed(host.world.evidence);
    let hidden = true;
    begin(['verified'], { feed: { ...feed, decisions: async (ids) => (hidden ? new Map() : feed.decisions(ids)) } });
    await host.wait(3_000);
    const late = await send({});
    await host.wait(25_000);
    expect(receiver.got).toEqual([]);
    hidden = false;
    await host.wait(3_000);
    expect(transitions(late)).toEqual(['verified']);
    hidden = true;
    const without = await send({ source: { ip: '203.0.113.8' } });
    await host.wait(75_000);
    hidden = false;
    const next = await send({ source: { ip: '203.0.113.9' } });
    await host.wait(10_000);
    expect([transitions(without), transitions(next)]).toEqual([[], ['verified']]);
  });

  it('never tells what a decision led to before the decision', async () => {
    let decisions = 0;
    begin(TRANSITIONS, {
      feed: fakeFeed(host.world.evidence, (family) => (family === 'decisions' ? decisions : Infinity)),
    });
    await host.wait(3_000);
    const id = await send({});
    await host.wait(10_000);
    expect(receiver.got).toEqual([]);
    decisions = Infinity;
    await host.wait(50_000);
    expect(transitions(id)).toEqual(['decided', 'sent', 'verified', 'ended']);
  });
});
