import {
  getDecision,
  listEscalations,
  listHandOvers,
  postVerdict,
  takeVerdictBack,
  type HandOverView,
} from '../../common/api/routes';
import type { Feedback } from '../../common/flow/feedback';
import { iso } from '../../common/iso';
import { received } from '../../test/builders/events';
import { callerWith, routeHost, type RouteHost } from '../../test/builders/route_host';
import { FakeDesk } from '../../test/fakes/fake_hand_over';
import { handOverEscalations } from '../runner/sources/hand_over/hand_over_keeper';
import { HandOverWatch } from '../runner/sources/hand_over/hand_over_watch';
import { readWords } from '../runner/facts/read_words';
import type { HostResponse } from './http';

const ANN = callerWith('ann', 'read', 'respond', 'approve');
const TOKEN = { headers: { authorization: 'Bearer may-verdict' } };

let host: RouteHost;
let desk: FakeDesk;
let life: AbortController;

const channelNamed = (name: string, verdictsBy: string | undefined): void => {
  const watch = new HandOverWatch({ name, kind: 'webhook', place: 'https://desk.example', verdictsBy });
  const tell = ['opened', 'reminded', 'closed'] as const;
  const handing = { name, channel: desk, page: undefined, tell, mostAnHour: 60, giveUpMs: 3_600_000 };
  void handOverEscalations({ agent: host.agent, handing, watch }, life.signal);
  Object.defineProperty(host.handOvers, host.handOvers.length, { get: () => watch.facts, enumerable: true });
};

const ask = async (id: string): Promise<void> => {
  const timestamp = iso(host.agent.parts.clock.utc());
  const event = { event_id: id, timestamp, tags: ['ask'], source: { ip: '203.0.113.8' }, rule: { name: 'odd login' } };
  await host.drive(host.agent.admit(received(event, { received_at: timestamp })));
  await host.wait(5_000);
};

const bodyOf = <Body>({ body }: HostResponse): Body => body as Body;
const handed = async (): Promise<HandOverView> => {
  const found = bodyOf<{ hand_overs: readonly HandOverView[] }>(await host.call(listHandOvers, { as: ANN }));
  const [only, ...more] = found.hand_overs.filter(({ channel }) => channel === 'tickets');
  if (!only || more.length > 0) throw new Error('not one hand-over');
  return only;
};
const say = (body: object, id: string): Promise<HostResponse> =>
  host.call(postVerdict, { params: { hand_over_id: id }, body, ...TOKEN });
const takeBack = (verdict_id: string, id: string, body: object = {}): Promise<HostResponse> =>
  host.call(takeVerdictBack, { params: { hand_over_id: id, verdict_id }, body, ...TOKEN });
const kept = async (): Promise<readonly Feedback[]> => {
  const { decision_id } = await handed();
  const detail = await host.call(getDecision, { params: { decision_id }, as: ANN });
  return bodyOf<{ feedback: readonly Feedback[] }>(detail).feedback;
};
const words = async () => {
  const read = readWords(host.agent.parts.evidence, '2000-01-01T00:00:00.000Z');
  return [...(await host.drive(read)).words.values()];
};

beforeEach(async () => {
  host = await routeHost();
  desk = new FakeDesk();
  desk.answer = () => ({ kind: 'told', ticket: { id: 'INC-7', url: 'https://desk.example/INC-7' } });
  life = new AbortController();
  channelNamed('tickets', 'may-verdict');
  await ask('e1');
});
afterEach(() => {
  life.abort();
});

describe('what is handed over', () => {
  it('is listed with its ticket, and the escalation says who was told', async () => {
    const { escalations } = bodyOf<{ escalations: ReadonlyArray<Record<string, unknown>> }>(
      await host.call(listEscalations, { as: ANN }),
    );
    expect(escalations[0]?.handed_over).toEqual([
      { channel: 'tickets', at: expect.any(String), ticket: { id: 'INC-7', url: 'https://desk.example/INC-7' } },
    ]);
    const listed = await host.call(listHandOvers, { as: ANN });
    expect(listed).toMatchObject({
      status: 200,
      body: {
        channels: [{ name: 'tickets', told: 1, refused: 0, given_up: 0, behind: 0, verdicts_by: 'may-verdict' }],
        hand_overs: [{ channel: 'tickets', round: 1, ticket: { id: 'INC-7' }, verdicts: [] }],
      },
    });
  });
});

describe('the verdict of a ticket', () => {
  it('is a label on its decision, in the name of its token, and answers nothing', async () => {
    const { hand_over_id, decision_id } = await handed();
    const said = { verdict_id: 'v1', label: 'false_positive', reason: 'a scanner', said_by: 'carla' };
    expect(await say(said, hand_over_id)).toMatchObject({
      status: 200,
      body: { hand_over_id, decision_id, verdict_id: 'v1', standing: true },
    });
    await host.wait(3_000);
    expect(await kept()).toMatchObject([
      {
        label: 'false_positive',
        by: 'may-verdict',
        reason: 'a scanner',
        via: { channel: 'tickets', said_by: 'carla' },
      },
    ]);
    expect(await words()).toEqual(['wrong']);
    const { total } = bodyOf<{ total: number }>(await host.call(listEscalations, { as: ANN }));
    expect(total).toBe(1);
  });

  it('counts once however often it is sent, also by several at once, and not with another label', async () => {
    const { hand_over_id } = await handed();
    const said = { verdict_id: 'v1', label: 'benign' };
    const answers = await Promise.all([say(said, hand_over_id), say(said, hand_over_id)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(bodyOf(await say(said, hand_over_id))).toMatchObject({ repeated: true, standing: true });
    expect(await say({ verdict_id: 'v1', label: 'true_positive' }, hand_over_id)).toMatchObject({ status: 409 });
    await host.wait(3_000);
    expect(await kept()).toHaveLength(1);
  });

  it('is taken back: what it said counts no more, and both stay on record', async () => {
    const { hand_over_id } = await handed();
    const history = () => {
      const event = received({ event_id: 'next', source: { ip: '203.0.113.8' }, rule: { name: 'odd login' } });
      return host.agent.parts.history.factsFor(event, host.agent.parts.clock.utc());
    };
    await say({ verdict_id: 'v1', label: 'true_positive' }, hand_over_id);
    await host.wait(20_000);
    expect(JSON.stringify(history())).toContain('"true_positives_30d":1');
    expect(await words()).toEqual(['right']);
    expect(await takeBack('v1', hand_over_id, { reason: 'wrong ticket' })).toMatchObject({
      status: 200,
      body: { standing: false },
    });
    expect(bodyOf(await takeBack('v1', hand_over_id))).toMatchObject({ repeated: true });
    await host.wait(20_000);
    expect((await kept()).map(({ label, takes_back }) => label ?? takes_back?.label)).toEqual([
      'true_positive',
      'true_positive',
    ]);
    expect(await words()).toEqual([]);
    expect(JSON.stringify(history())).not.toContain('"true_positives_30d":1');
    expect(await takeBack('v9', hand_over_id)).toMatchObject({ status: 404 });
  });

  it('gives way to another one of the same ticket', async () => {
    const { hand_over_id } = await handed();
    await say({ verdict_id: 'v1', label: 'true_positive' }, hand_over_id);
    await host.wait(2_000);
    await say({ verdict_id: 'v2', label: 'benign' }, hand_over_id);
    await host.wait(3_000);
    expect(await words()).toEqual(['wrong']);
    expect((await handed()).verdicts).toMatchObject([{ verdict_id: 'v1', taken_back: {} }, { verdict_id: 'v2' }]);
  });

  it('is heard only of what its channel was told, by the token of that channel', async () => {
    const { hand_over_id, case_id } = await handed();
    const said = { verdict_id: 'v1', label: 'benign' };
    for (const id of [case_id, 'gate', 'hand_over:none']) expect(await say(said, id)).toMatchObject({ status: 404 });
    for (const right of ['intake', 'ask', 'act', 'metrics', 'alerting']) {
      const headers = { authorization: `Bearer may-${right}` };
      const answer = await host.call(postVerdict, { params: { hand_over_id }, body: said, headers });
      expect([right, answer.status]).toEqual([right, 403]);
    }
    expect(await host.call(postVerdict, { params: { hand_over_id }, body: said, as: ANN })).toMatchObject({
      status: 401,
    });
    channelNamed('chat', 'somebody-else');
    await host.wait(5_000);
    const { hand_overs } = bodyOf<{ hand_overs: readonly HandOverView[] }>(await host.call(listHandOvers, { as: ANN }));
    const chat = hand_overs.find(({ channel }) => channel === 'chat');
    expect(await say(said, chat?.hand_over_id ?? '')).toMatchObject({ status: 404 });
    await host.wait(2_000);
    expect(await kept()).toEqual([]);
  });

  it.each([
    [{ verdict_id: 'v1', label: 'approved' }],
    [{ verdict_id: 'v1', label: 'benign', approve: true }],
    [{ label: 'benign' }],
  ])('is refused as a whole where it says more or less than a label: %j', async (body) => {
    const { hand_over_id } = await handed();
    expect(await say(body, hand_over_id)).toMatchObject({ status: 400 });
  });
});
