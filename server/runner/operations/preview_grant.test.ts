import { previewGrant, type GrantPreviewView } from '../../../common/api/routes';
import type { DetectionEvent } from '../../../common/flow/event';
import type { Intake } from '../../../common/flow/intake';
import type { Grant } from '../../../common/flow/voice';
import { iso } from '../../../common/iso';
import { anEvent, nothingGranted } from '../../../test/builders/events';
import { aBundle, BLOCK_KNOWN_IOC } from '../../../test/builders/policies';
import { callerWith, routeHost, type RouteHost } from '../../../test/builders/route_host';
import { grantedBy } from '../sources/grants';
import { receiveDocuments } from '../sources/receive_documents';
import { receiveEvents } from '../sources/receive';
import { MOST_DECISIONS, previewGrant as preview, previewCounts } from './preview_grant';

const SIEM = { type: 'webhook', id: 'siem' } as const;
const admin = callerWith('ann', 'read', 'admin');
const WHOLE: Grant = {
  reason: 'its vendor tests its rules',
  confidence: {},
  severity: {},
  rule: { id: true, origin: ['known_ioc'] },
};

/** Blocks who guesses passwords, once two reports of one rule came together. */
const CONFIRMED = BLOCK_KNOWN_IOC.replace('id: block-known-ioc', 'id: block-guessing')
  .replace(/when: .*/, 'when: \'"guess" in event.tags\'')
  .replace('  rollback:', '  confirm: { seen: 2, within: 5m }\n  rollback:');

const bundleOf = (...texts: readonly string[]) => {
  const { files, keys, trusted } = aBundle(texts);
  return { files, keys, statement: trusted.statement };
};
const BUNDLE = bundleOf(BLOCK_KNOWN_IOC, CONFIRMED);

describe('what a grant would have meant', () => {
  let host: RouteHost;
  let count = 0;

  beforeEach(async () => {
    host = await routeHost({ bundle: BUNDLE });
    Object.assign(host.agent.parts, { grants: nothingGranted });
  });

  const send = async (about: Partial<DetectionEvent> = {}, intake: Intake = SIEM): Promise<void> => {
    count += 1;
    const event = anEvent({
      event_id: `e${count}`,
      timestamp: iso(host.agent.parts.clock.utc()),
      confidence: 0.99,
      severity: 'critical',
      source: { ip: `203.0.113.${count}` },
      rule: { id: 'r1', origin: 'known_ioc' },
      ...about,
    });
    await host.drive(receiveEvents(host.agent, intake, [event]));
    await host.wait(2_000);
  };
  const ask = (grant: Grant | null, source: Intake = SIEM, as = admin) =>
    host.call(previewGrant, { params: source, body: { grant }, as });
  const tried = async (grant: Grant | null, source: Intake = SIEM): Promise<GrantPreviewView> => {
    const { status, body } = await ask(grant, source);
    expect(status).toBe(200);
    return body as GrantPreviewView;
  };
  const grantTo = (grant: Grant): void => {
    const grants = { ...nothingGranted, of: () => grantedBy(grant), hasOwn: () => true };
    Object.assign(host.agent.parts, { grants });
  };

  it('is told by the engine: what only asked would have been permitted, with its score and its fields', async () => {
    await send();
    await send({ rule: { id: 'r1', origin: 'other' } });
    const view = await tried(WHOLE);
    expect(view).toMatchObject({
      recorded: 2,
      decisions: 2,
      untold: 0,
      undecidable: 0,
      events: 2,
      events_otherwise: 2,
      changed: 1,
      newly_permitted: 1,
      no_longer_permitted: 0,
      score_raised: 2,
      verdicts_before: { escalate: 1, learn: 1 },
      verdicts_after: { permit: 1, learn: 1 },
      moves: [{ before: 'escalate', after: 'permit', count: 1 }],
    });
    expect(view).not.toHaveProperty('cut');
    expect(view.fields).toEqual([
      { field: 'confidence', granted: 2, claimed: 0 },
      { field: 'severity', granted: 2, claimed: 0 },
      { field: 'rule.id', granted: 2, claimed: 0 },
      { field: 'rule.origin', granted: 1, claimed: 0 },
    ]);
    const [example] = view.examples;
    expect(example).toMatchObject({
      before: 'escalate',
      after: 'permit',
      recorded: 'escalate',
      granted: ['confidence', 'severity', 'rule.id', 'rule.origin'],
      acts_after: [{ action: 'block_ip', result: 'permit' }],
    });
    expect(example?.score_after).toBeGreaterThan(example?.score_before ?? 1);
  });

  it('is nothing where a ceiling keeps it below what a policy asks for', async () => {
    await send();
    const view = await tried({ ...WHOLE, confidence: { most: 0.8 } });
    expect([view.changed, view.events_otherwise, view.verdicts_after.escalate]).toEqual([0, 1, 1]);
  });

  it('is told both ways: what is withdrawn would have asked', async () => {
    grantTo(WHOLE);
    await send();
    expect(await tried(null)).toMatchObject({
      changed: 1,
      newly_permitted: 0,
      no_longer_permitted: 1,
      score_lowered: 1,
      moves: [{ before: 'permit', after: 'escalate', count: 1 }],
    });
  });

  it('is told of what the source reported before as well: granted rules confirm each other', async () => {
    const guess = { tags: ['guess'], source: { ip: '198.51.100.9' }, rule: { id: 'r2' } };
    await send(guess);
    await send(guess);
    const view = await tried({ ...WHOLE, tags: { like: [''] } });
    expect(view.verdicts_after.permit).toBeGreaterThan(0);
    const unconfirmed = await tried({ ...WHOLE, rule: {}, tags: { like: [''] } });
    expect(unconfirmed.verdicts_after.permit).toBe(0);
  });

  it('looks at this source alone, and at programs that ask with its token', async () => {
    await send();
    await send({}, { type: 'webhook', id: 'other' });
    await send({}, { type: 'kafka', id: 'siem' });
    await send({}, { type: 'asker', id: 'siem' });
    expect((await tried(WHOLE)).recorded).toBe(2);
    expect((await tried(WHOLE, { type: 'asker', id: 'siem' })).recorded).toBe(1);
    expect((await tried(WHOLE, { type: 'kafka', id: 'nobody' })).recorded).toBe(0);
  });

  it('says what it cannot tell: events of a version that did not keep where their fields were read', async () => {
    const index: Intake = { type: 'index', id: 'findings' };
    const documents = ['a', 'b'].map((id) => ({
      id,
      index: 'detections-1',
      value: anEvent({ ...fresh(), event_id: id }),
    }));
    await host.drive(receiveDocuments(host.agent, index, documents, { readHere: true }));
    await host.wait(2_000);
    const speaking = { ...WHOLE, detections: ['detections-*'] };
    expect(await tried(speaking, index)).toMatchObject({ decisions: 2, untold: 0, newly_permitted: 2 });
    expect(await tried(WHOLE, index)).toMatchObject({ decisions: 2, newly_permitted: 0, events_otherwise: 0 });
    for (const { body } of host.world.evidence.records.get('decisions')?.values() ?? []) {
      const { voice } = (body as { event: { voice: { read?: unknown } } }).event;
      delete voice.read;
    }
    expect(await tried(speaking, index)).toMatchObject({ recorded: 2, decisions: 0, untold: 2, changed: 0 });
  });
  const fresh = (): Partial<DetectionEvent> => ({
    timestamp: iso(host.agent.parts.clock.utc()),
    confidence: 0.99,
    severity: 'critical',
    rule: { id: 'r1', origin: 'known_ioc' },
  });

  it('never believes what a person handed in', async () => {
    await send();
    for (const { body } of host.world.evidence.records.get('decisions')?.values() ?? []) {
      const { voice } = (body as { event: { voice: object } }).event;
      Object.assign(voice, { handed: { by: 'eve', from: SIEM, changed: [] } });
    }
    expect(await tried(WHOLE)).toMatchObject({ decisions: 1, events_otherwise: 0, newly_permitted: 0 });
  });

  it('keeps and sends nothing', async () => {
    await send();
    const before = [host.world.sendings.length, host.world.store.documents.size];
    await tried(WHOLE);
    await host.wait(3_000);
    expect([host.world.sendings.length, host.world.store.documents.size]).toEqual(before);
  });

  it('is counted, and refused while another is being tried', async () => {
    await send();
    const { agent } = host;
    const wish = { grant: WHOLE, days: 7 };
    const both = await host.drive(Promise.all([preview(agent, SIEM, wish), preview(agent, SIEM, wish)]));
    expect(both.map(({ ok }) => ok)).toEqual([true, false]);
    expect(previewCounts(agent)).toEqual({ done: 1, refused: 1 });
  });

  it.each(['read', 'respond', 'approve', 'author'] as const)('is not told to the right %s', async (right) =>
    expect(await ask(WHOLE, SIEM, callerWith('eve', right))).toMatchObject({ status: 403 }),
  );

  it('is refused where it is no grant, and for longer than a month', async () => {
    expect(await ask({ ...WHOLE, confidence: { most: 7 } })).toMatchObject({ status: 400 });
    const body = { grant: WHOLE, days: 31 };
    expect(await host.call(previewGrant, { params: SIEM, body, as: admin })).toMatchObject({ status: 400 });
  });

  describe('with many decisions', () => {
    /** An agent with so many copies of one decision, whose clock goes on by so much at each look. */
    const withMany = async (most: number, eachMs = 0) => {
      await send();
      const [record] = host.world.evidence.find({ family: 'decisions' });
      const { clock } = host.agent.parts;
      let at = 0;
      const evidence = {
        ...host.agent.parts.evidence,
        find: async ({ limit, offset = 0 }: { limit: number; offset?: number }) => ({
          total: most,
          entries: Array.from({ length: Math.max(0, Math.min(limit, most - offset)) }, () => record),
        }),
      };
      const slow = { ...clock, utc: () => clock.utc(), monotonic: () => (at += eachMs), sleep: async () => undefined };
      const agent = { parts: { ...host.agent.parts, evidence, clock: slow } } as unknown as typeof host.agent;
      return preview(agent, SIEM, { grant: WHOLE, days: 7 });
    };

    it('looks at the youngest, and says so', async () => {
      expect(await withMany(MOST_DECISIONS + 1)).toMatchObject({
        ok: true,
        value: { recorded: MOST_DECISIONS + 1, decisions: MOST_DECISIONS, events: 1, cut: 'count' },
      });
      expect(await withMany(MOST_DECISIONS)).not.toHaveProperty('value.cut');
    });

    it('ends in time, and says so', async () => {
      const answer = await withMany(100, 400);
      expect(answer).toMatchObject({ ok: true, value: { cut: 'time' } });
      if (answer.ok) expect(answer.value.decisions).toBeLessThan(100);
    });
  });
});
