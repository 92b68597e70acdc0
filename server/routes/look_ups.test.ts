import {
  getDecision,
  listDecisions,
  postEvaluate,
  postEvents,
  replayDecision,
  tryPolicy,
} from '../../common/api/routes';
import type { DecisionDetail } from '../../common/api/views';
import type { DetectionEvent } from '../../common/flow/event';
import { iso } from '../../common/iso';
import { anEvent } from '../../test/builders/events';
import { aBundle, aKeyPair } from '../../test/builders/policies';
import { routeHost, type RouteHost } from '../../test/builders/route_host';
import { EPOCH } from '../../test/simulation/world';

/* A whole agent whose policy asks a look-up, from the event to the page and back to replay. */

const token = { authorization: 'Bearer good' };
const ISOLATE = `apiVersion: reflex/v1
kind: Policy
metadata: { id: end-of-chain, title: Isolate the end of a chain, owner: soc }
spec:
  layer: action
  mode: enforce
  lookups: { lateral_chain: { within: 2h } }
  when: '"logon" in event.tags && lookups.lateral_chain.hops >= 2'
  then: { action: isolate_host, target: { host: event.src_host }, ttl: 4m }
  rollback: { action: release_host }
`;
const WIDER = ISOLATE.replace('within: 2h', 'within: 24h').replace('>= 2', '>= 1');

let host: RouteHost;
const event = (id: string, from: string, to: string, more: Partial<DetectionEvent> = {}): DetectionEvent =>
  anEvent({ event_id: id, timestamp: iso(EPOCH + host.world.now), src_host: from, dst_host: to, ...more });
const logon = (id: string, from = 'h1', to = 'h3') => event(id, from, to, { tags: ['logon'] });

const send = async (value: DetectionEvent): Promise<void> => {
  const sent = await host.call(postEvents, { body: Buffer.from(JSON.stringify(value)), headers: token });
  expect(sent.status).toBeLessThan(300);
  await host.wait(3_000);
};
const decisionOf = async (id: string): Promise<DecisionDetail> => {
  const { decisions } = (await host.call(listDecisions)).body as {
    decisions: ReadonlyArray<{ decision_id: string; brief: { event_id: string } }>;
  };
  const decision_id = decisions.find(({ brief }) => brief.event_id === id)?.decision_id ?? '';
  return (await host.call(getDecision, { params: { decision_id } })).body as DecisionDetail;
};

beforeAll(async () => {
  const keys = aKeyPair();
  const { files, trusted } = aBundle([ISOLATE], { keys });
  host = await routeHost({ bundle: { files, keys, statement: trusted.statement } });
  await send(event('first', 'h1', 'h2'));
  // The second hop is known by the address of its host alone.
  await send(event('second', 'h2', '', { src_host: undefined, source: { ip: '10.0.0.3' }, dst_host: 'H3' }));
});

describe('a policy that asks for a lateral chain', () => {
  it('acts where the records have one, and says what it asked and what came', async () => {
    await send(logon('third'));
    const { decision, progress } = await decisionOf('third');
    expect([decision.verdict, progress]).toEqual(['permit', [expect.objectContaining({ status: 'present' })]]);
    expect(decision.inputs.lookups).toMatchObject([
      {
        query: { lookup: 'lateral_chain', from: 'host:h1', to: 'host:h3', within_ms: 7_200_000 },
        answer: { hops: 2, hosts: ['h1', 'h2', 'h3'] },
      },
    ]);
  });

  it('is replayed from the record, whatever the records say by now', async () => {
    const { decision } = await decisionOf('third');
    host.world.evidence.records.get('decisions')?.delete((await decisionOf('second')).decision.decision_id);
    const params = { decision_id: decision.decision_id };
    expect((await host.call(replayDecision, { params })).body).toMatchObject({ status: 'same' });
  });

  it('does nothing where they have none', async () => {
    await send(logon('elsewhere', 'h5', 'h6'));
    expect((await decisionOf('elsewhere')).decision).toMatchObject({
      verdict: 'learn',
      inputs: { lookups: [{ answer: { hops: 0, hosts: [] } }] },
    });
  });

  it('asks nothing for events that it does not look at', async () => {
    expect((await decisionOf('first')).decision.inputs.lookups).toBeUndefined();
  });

  it('answers an asker and tries a text by the records as they are', async () => {
    await send(event('fourth', 'h7', 'h8'));
    await send(event('fifth', 'h8', 'h9'));
    const asked = await host.call(postEvaluate, { body: { event: logon('asked', 'h7', 'h9') }, headers: token });
    expect(asked.body).toMatchObject({
      answer: 'permit',
      decision: { inputs: { lookups: [{ answer: { hops: 2 } }] } },
    });
    const tried = await host.call(tryPolicy, { body: { event: logon('tried', 'h7', 'h9'), source: WIDER } });
    expect(tried.body).toMatchObject({
      decision: { verdict: 'permit', inputs: { lookups: [{ query: { within_ms: 86_400_000 }, answer: { hops: 2 } }] } },
    });
  });

  it('does not take what was only asked about for a hop', async () => {
    const hop = (from: string, to: string) =>
      host.call(postEvaluate, { body: { event: event(`asked-${from}`, from, to) }, headers: token });
    await hop('h10', 'h11');
    await hop('h11', 'h12');
    await host.wait(3_000);
    await send(logon('after-asking', 'h10', 'h12'));
    expect((await decisionOf('after-asking')).decision.inputs.lookups).toMatchObject([{ answer: { hops: 0 } }]);
  });

  it('asks a person where the records do not answer', async () => {
    const { evidence } = host.agent.parts;
    const glance = jest.spyOn(evidence, 'glance').mockImplementation(() => new Promise(() => undefined));
    await send(logon('unanswered', 'h13', 'h14'));
    glance.mockRestore();
    const { decision } = await decisionOf('unanswered');
    expect(decision.acts).toMatchObject([{ result: 'escalate', reasons: [{ code: 'missing_context' }] }]);
    expect(decision.inputs.lookups).toMatchObject([{ missing: 'no answer within 500 ms', took_ms: 500 }]);
  });
});
