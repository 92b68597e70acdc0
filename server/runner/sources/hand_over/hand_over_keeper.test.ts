import { HandOverDocument as HandOverCodec, type HandOverDocument } from '../../../../common/api/hand_over_document';
import { approveEscalation, denyEscalation, listEscalations } from '../../../../common/api/routes';
import { decode } from '../../../../common/codec/decode';
import { iso } from '../../../../common/iso';
import { received } from '../../../../test/builders/events';
import { callerWith, routeHost, type RouteHost } from '../../../../test/builders/route_host';
import { FakeDesk } from '../../../../test/fakes/fake_hand_over';
import type { HandOverContent, HandOverStep } from '../../keeping/kinds/hand_over';
import type { HandedOver } from '../../ports';
import { handOverEscalations } from './hand_over_keeper';
import { HandOverBook, HandOverWatch } from './hand_over_watch';

const STEPS: readonly HandOverStep[] = ['opened', 'reminded', 'closed'];

const HOUR_MS = 3_600_000;
const ANN = callerWith('ann', 'read', 'respond', 'approve');

let host: RouteHost;
let desk: FakeDesk;
let watch: HandOverWatch;
let life: AbortController;
let count = 0;

const begin = ({
  mostAnHour = 60,
  giveUpMs = 24 * HOUR_MS,
  page = 'https://soc.example/app/reflex',
  tell = STEPS,
} = {}): void => {
  watch = new HandOverWatch({ name: 'tickets', kind: 'webhook', place: 'https://desk.example', verdictsBy: undefined });
  const handing = { name: 'tickets', channel: desk, page, tell, mostAnHour, giveUpMs };
  void handOverEscalations({ agent: host.agent, handing, watch }, life.signal);
};

const send = async (event: object = {}, kept: object = {}): Promise<string> => {
  const id = `e${(count += 1)}`;
  const timestamp = iso(host.agent.parts.clock.utc());
  const whole = received(
    {
      event_id: id,
      timestamp,
      tags: ['ask'],
      rule: { name: 'odd login' },
      source: { ip: `203.0.113.${count}` },
      ...event,
    },
    { received_at: timestamp, ...kept },
  );
  await host.drive(host.agent.admit(whole));
  return id;
};

interface Shown {
  readonly case_id: string;
  readonly act_id: string;
  readonly seen: string;
  readonly event: { readonly event_id: string };
}

const waiting = async (id: string): Promise<Shown> => {
  const { body } = await host.call(listEscalations, { as: ANN });
  const found = (body as { readonly escalations: readonly Shown[] }).escalations.find(
    ({ event }) => event.event_id === id,
  );
  if (!found) throw new Error(`${id} does not wait`);
  return found;
};
const answer = async (contract: typeof approveEscalation | typeof denyEscalation, id: string): Promise<number> => {
  const { case_id, act_id, seen } = await waiting(id);
  const body = { reason: 'because I looked', seen };
  return (await host.call(contract, { params: { case_id, act_id }, body, as: ANN })).status;
};

const of = (id: string): HandOverDocument[] => desk.got.filter(({ event_id }) => event_id === id);
const events = (id: string): string[] => of(id).map(({ event, mark }) => (mark === undefined ? event : mark));
const stored = (): readonly HandOverContent[] =>
  host.world.store.search({ kinds: ['hand_over'], fresh: true }).map(({ content }) => content as HandOverContent);
/** As if its policy had given it less time: hours of the world take minutes here. */
const endsWithin = async (id: string, ms: number): Promise<void> => {
  const { case_id } = await waiting(id);
  const doc = host.world.store.get(case_id);
  if (!doc) throw new Error('no such case');
  const due = iso(host.agent.parts.clock.utc() + ms);
  const { id: _id, version, ...body } = doc;
  const content = { ...(body.content as object), due };
  host.world.store.write({
    id: case_id,
    expect: version,
    body: { ...body, write_id: 'shorter', facets: { ...body.facets, due }, content },
  });
};
const channel = () => watch.facts.content;

beforeEach(async () => {
  host = await routeHost();
  desk = new FakeDesk();
  life = new AbortController();
});
afterEach(() => {
  life.abort();
});

describe('an act that waits', () => {
  it('is handed over once, with what is asked, until when, what comes else, a link and the evidence', async () => {
    begin();
    const id = await send();
    await host.wait(20_000);
    expect(events(id)).toEqual(['opened']);
    const [opened] = of(id);
    expect(opened).toMatchObject({
      event_id: id,
      action: 'block_ip',
      policy: 'ask-block',
      rule: { name: 'odd login' },
      without_answer: 'deny',
      round: 1,
    });
    expect(opened?.link).toBe(
      `https://soc.example/app/reflex#/escalations/${encodeURIComponent(opened?.case_id ?? '')}/${encodeURIComponent(opened?.act_id ?? '')}`,
    );
    for (const part of [
      'block ip 203.0.113.',
      'odd login',
      opened?.until ?? '?',
      'nothing is done',
      opened?.link ?? '?',
    ])
      expect(opened?.text).toContain(part);
    expect(decode(HandOverCodec, JSON.parse(JSON.stringify(opened)))).toEqual({ ok: true, value: opened });
    expect(channel()).toMatchObject({ told: 1, refused: 0, given_up: 0 });
  });

  it('is reminded of as people are, and closed as nobody answers', async () => {
    begin();
    const id = await send();
    await host.wait(5_000);
    await endsWithin(id, 20 * 60_000);
    await host.wait(22 * 60_000);
    expect(events(id)).toEqual(['opened', 'half', 'last', 'closed']);
    expect(of(id).at(-1)).toMatchObject({ ending: { how: 'expired', by: 'reflex' } });
    expect(new Set(of(id).map(({ key }) => key)).size).toBe(4);
  });

  it.each([
    ['approved', approveEscalation],
    ['denied', denyEscalation],
  ] as const)('is closed as %s, with who said so and why', async (how, contract) => {
    begin();
    desk.answer = () => ({ kind: 'told', ticket: { id: 'INC-7' } });
    const id = await send();
    await host.wait(5_000);
    expect(await answer(contract, id)).toBe(200);
    await host.wait(5_000);
    expect(events(id)).toEqual(['opened', 'closed']);
    expect(of(id)[1]).toMatchObject({
      ending: { how, by: 'ann', reason: 'because I looked' },
      ticket: { id: 'INC-7' },
    });
    expect(of(id)[1]?.text).toContain('because I looked');
  });

  it('is not handed over where it was answered before, is of the demo, or only in shadow', async () => {
    const id = await send();
    await host.wait(2_000);
    await answer(denyEscalation, id);
    begin();
    const demo = await send({}, { demo: true });
    await host.wait(10_000);
    expect([of(id), of(demo)]).toEqual([[], []]);
    expect(stored()).toEqual([]);
  });

  it('is handed over where it waited before the channel was there', async () => {
    const id = await send();
    await host.wait(60_000);
    begin();
    await host.wait(5_000);
    expect(events(id)).toEqual(['opened']);
  });
});

describe('a channel that is down', () => {
  it('is tried again with growing pauses, holds up no decision, and hears only of what still waits', async () => {
    begin();
    let tries = 0;
    desk.answer = () => {
      tries += 1;
      return { kind: 'failed', why: 'HTTP 503' };
    };
    const [answered, kept] = [await send(), await send()];
    await host.wait(10 * 60_000);
    expect(tries).toBeGreaterThan(8);
    expect(tries).toBeLessThan(25);
    expect(channel()?.failing).toMatchObject({ why: 'HTTP 503' });
    expect(new HandOverBook([watch], host.agent.parts.clock).troubles()).toMatchObject([
      { code: 'hand_over_not_told' },
    ]);
    expect(await answer(denyEscalation, answered)).toBe(200);
    desk.answer = () => ({ kind: 'told' });
    await host.wait(70_000);
    expect([events(answered), events(kept)]).toEqual([[], ['opened']]);
    expect(channel()?.failing).toBeUndefined();
    expect(new HandOverBook([watch], host.agent.parts.clock).troubles()).toEqual([]);
  });

  it('hears of an end when it is up again, also when its case has shrunk, and not when that is too long ago', async () => {
    begin({ giveUpMs: HOUR_MS });
    const [soon, late] = [await send(), await send()];
    await host.wait(5_000);
    desk.answer = () => ({ kind: 'failed', why: 'HTTP 503' });
    await answer(denyEscalation, late);
    await host.wait(50 * 60_000);
    await answer(denyEscalation, soon);
    await host.wait(15 * 60_000);
    desk.answer = () => ({ kind: 'told' });
    await host.wait(70_000);
    expect([events(soon), events(late)]).toEqual([['opened', 'closed'], ['opened']]);
    expect(channel()).toMatchObject({ given_up: 1, last_lost: { result: 'given_up' } });
    expect(new HandOverBook([watch], host.agent.parts.clock).troubles()).toMatchObject([{ code: 'hand_over_lost' }]);
  });

  it('is not asked again for what it refused, and hears of the next one', async () => {
    begin();
    const bad = await send();
    desk.answer = ({ event_id }) => (event_id === bad ? { kind: 'refused', why: 'HTTP 400: no' } : { kind: 'told' });
    const good = await send();
    await host.wait(10_000);
    await answer(denyEscalation, bad);
    await host.wait(10_000);
    expect([events(bad), events(good)]).toEqual([[], ['opened']]);
    expect(channel()).toMatchObject({ refused: 1, told: 1 });
  });
});

it('begins as many within an hour as it may, what expires first; the others follow and are a trouble until then', async () => {
  begin({ mostAnHour: 2 });
  const ids = [await send(), await send(), await send()];
  await host.wait(20_000);
  expect(desk.got.map(({ event_id }) => event_id)).toEqual(ids.slice(0, 2));
  expect(watch.facts).toMatchObject({ behind: 1, heldBack: 1 });
  expect(new HandOverBook([watch], host.agent.parts.clock).troubles()).toMatchObject([{ code: 'hand_over_held_back' }]);
  await host.wait(HOUR_MS);
  expect(events(ids[2] ?? '')).toEqual(['opened']);
  expect(watch.facts).toMatchObject({ behind: 0, heldBack: 0 });
});

it('is one ticket, told again with the same key, where the answer of the receiver was lost', async () => {
  begin();
  const keys: string[] = [];
  const answers: HandedOver[] = [{ kind: 'failed', why: 'no answer' }, { kind: 'told' }];
  desk.answer = ({ key }) => {
    keys.push(key);
    return answers.shift() ?? { kind: 'told' };
  };
  await send();
  await host.wait(30_000);
  expect(keys).toHaveLength(2);
  expect(new Set(keys).size).toBe(1);
  expect(stored()).toHaveLength(1);
});
