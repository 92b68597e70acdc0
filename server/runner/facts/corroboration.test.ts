import fc from 'fast-check';
import { received } from '../../../test/builders/events';
import type { Target } from '../../../common/flow/decision';
import type { DetectionEvent, ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { SECURITY_DOMAINS, type SecurityDomain, type Voice } from '../../../common/flow/voice';
import { claimedHistory, corroboration, countingHistory } from '../../engine/decision/seen';
import { heardOf } from '../../engine/decision/effective';
import { EVERYTHING_GRANTED, saidOnWire, voiceOf } from '../../engine/intake/voice';
import { identitiesOf } from '../../engine/entity/identity';
import { HistoryBook } from './history';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
let cases = 0;

interface Told {
  readonly by?: string;
  /** What an admin said that the source speaks for. */
  readonly domain?: SecurityDomain | undefined;
  readonly minutesAgo?: number;
}

const told = (fields: Partial<DetectionEvent>, { by = 'siem', domain, minutesAgo = 0 }: Told = {}): ReceivedEvent => {
  const event = { event_id: `e${(cases += 1)}`, rule: { id: 'r' }, ...fields };
  const at = { received_at: iso(NOW - minutesAgo * 60_000), intake: { type: 'webhook' as const, id: by } };
  const whole = received(event, at);
  const grant = { ...EVERYTHING_GRANTED, grant: { ...EVERYTHING_GRANTED.grant, ...(domain ? { domain } : {}) } };
  return { ...whole, voice: voiceOf(whole.event, saidOnWire, grant) };
};

const HOST: Target = { type: 'host', value: 'atk-7.example.internal' };

/** Who corroborates what an act on a target would be about, as it counts and as it is claimed. */
const heard = (events: readonly ReceivedEvent[], target: Target, who = identitiesOf([])) => {
  const book = new HistoryBook();
  for (const event of events) book.noteEvent(event).keep();
  const last = events[events.length - 1];
  if (last === undefined) throw new Error('nobody told anything');
  const said = book.factsFor(last, NOW, who);
  return {
    counts: corroboration(countingHistory(said, heardOf(last)), target),
    claims: corroboration(claimedHistory(said), target),
  };
};

const text = fc.constantFrom('ws-1', 'WS-1.corp.example', '10.0.0.5', '203.0.113.7', '-', 'a.user', 'CORP\\a.user');
const content = fc.record(
  {
    src_host: text,
    dst_host: text,
    source: fc.record({ ip: fc.constantFrom('10.0.0.5', '203.0.113.7', '::ffff:10.0.0.5') }),
    user: fc.record({ name: text }),
    process: fc.record({ name: text }),
    tags: fc.array(
      fc.oneof(fc.string({ minLength: 1 }), fc.constantFrom(...SECURITY_DOMAINS.map((d) => `domain:${d}`))),
    ),
    rule: fc.record({ id: fc.constantFrom('r', 's') }),
  },
  { requiredKeys: [] },
);
const targets: readonly Target[] = [
  { type: 'host', value: 'ws-1' },
  { type: 'ip', value: '10.0.0.5' },
  { type: 'ip', value: '203.0.113.0/24' },
  { type: 'user', value: 'a.user' },
];

describe('corroboration', () => {
  it('never comes from one source alone, whatever it says and whatever it may say', () => {
    const listed = [{ type: 'host', value: 'ws-1', addresses: ['10.0.0.5'], origin: 'file' }];
    const sent = fc.tuple(content, fc.option(fc.constantFrom(...SECURITY_DOMAINS), { nil: undefined }), fc.nat(1_000));
    let most = 0;
    fc.assert(
      fc.property(fc.array(sent, { minLength: 1, maxLength: 8 }), (all) => {
        const events = all.map(([fields, domain, minutesAgo]) => told(fields, { domain, minutesAgo }));
        for (const target of targets) {
          const { counts, claims } = heard(events, target, identitiesOf(listed));
          most = Math.max(most, claims.length);
          expect([counts.length <= 1, claims.length <= 1]).toEqual([true, true]);
        }
      }),
      { numRuns: 500 },
    );
    // Else the property would hold of nothing.
    expect(most).toBe(1);
  });

  it('is what two sources say for which an admin set two domains', () => {
    const about = { src_host: 'atk-7.example.internal' };
    const edr = told(about, { by: 'edr', domain: 'endpoint', minutesAgo: 60 });
    const ids = told(about, { by: 'ids', domain: 'network' });
    expect(heard([edr, ids], HOST).counts).toEqual(['endpoint', 'network']);
    const other = told(about, { by: 'ids', domain: 'endpoint' });
    expect(heard([edr, other], HOST).counts).toEqual(['endpoint']);
  });

  it('is not made by tags: two events of one token, each with another domain in its tags', () => {
    const send = (domain: string) => told({ src_host: 'atk-7.example.internal', tags: [`domain:${domain}`] });
    expect(heard([send('identity'), send('endpoint')], HOST)).toEqual({ counts: [], claims: ['endpoint'] });
  });

  it('is not made by asking with the token of a webhook', () => {
    const webhook = told({ src_host: HOST.value }, { by: 'agent', domain: 'endpoint' });
    const asker = { ...told({ src_host: HOST.value }, { domain: 'network' }), intake: { type: 'asker', id: 'agent' } };
    expect(heard([webhook, asker as ReceivedEvent], HOST).counts).toHaveLength(1);
  });

  it('is claimed where no admin set a domain: that asks, and starts nothing', () => {
    const edr = told({ src_host: HOST.value, process: { name: 'x' } }, { by: 'edr' });
    const ids = told({ src_host: HOST.value }, { by: 'ids', domain: 'network' });
    expect(heard([edr, ids], HOST)).toEqual({ counts: ['network'], claims: ['endpoint', 'network'] });
  });

  it('ends after a day', () => {
    const edr = told({ src_host: HOST.value }, { by: 'edr', domain: 'endpoint', minutesAgo: 24 * 60 + 1 });
    expect(heard([edr, told({ src_host: HOST.value }, { by: 'ids', domain: 'network' })], HOST).counts).toEqual([
      'network',
    ]);
  });

  it('is about the target: what others said of its user says nothing of the host', () => {
    const edr = told({ user: { name: 'root' }, src_host: 'ws-2' }, { by: 'edr', domain: 'endpoint' });
    const ids = told({ user: { name: 'root' }, src_host: HOST.value }, { by: 'ids', domain: 'network' });
    expect(heard([edr, ids], HOST).counts).toEqual(['network']);
    expect(heard([edr, ids], { type: 'user', value: 'root' }).counts).toEqual(['endpoint', 'network']);
  });

  it('knows a host by every name that the inventory lists', () => {
    const who = identitiesOf([{ type: 'host', value: HOST.value, addresses: ['10.0.0.5'], origin: 'file' }]);
    const edr = told({ src_host: 'ATK-7' }, { by: 'edr', domain: 'endpoint' });
    const ids = told({ source: { ip: '10.0.0.5' } }, { by: 'ids', domain: 'network' });
    expect(heard([edr, ids], HOST, who).counts).toEqual(['endpoint', 'network']);
  });

  it('is of nobody where a placeholder stands for what is missing', () => {
    const edr = told({ src_host: '-' }, { by: 'edr', domain: 'endpoint' });
    const ids = told({ src_host: '-' }, { by: 'ids', domain: 'network' });
    expect(heard([edr, ids], { type: 'host', value: '-' }).counts).toEqual([]);
  });

  it('keeps what counts however much somebody claims', () => {
    const about = { src_host: HOST.value };
    const edr = told(about, { by: 'edr', domain: 'endpoint', minutesAgo: 5 });
    const flood = Array.from({ length: 100 }, (_, n) => told(about, { by: `flooder-${n}`, minutesAgo: 1 }));
    const ids = told(about, { by: 'ids', domain: 'network' });
    expect(heard([edr, ...flood, ids], HOST).counts).toEqual(['endpoint', 'network']);
  });
});

describe('the domain of a voice', () => {
  const { event } = told({ src_host: 'ws-1' });
  const domainOf = (notes: Parameters<typeof voiceOf>[3]): Voice['domain'] => {
    const grant = { ...EVERYTHING_GRANTED.grant, domain: 'endpoint' as const };
    return voiceOf(event, saidOnWire, { ...EVERYTHING_GRANTED, grant }, notes).domain;
  };

  it('is the one that an admin set, and of nobody where nobody could check or a person typed', () => {
    expect(domainOf({})).toBe('endpoint');
    expect(domainOf({ unverified: true })).toBeUndefined();
    expect(domainOf({ handed: { by: 'ana', from: { type: 'webhook', id: 'siem' }, changed: [] } })).toBeUndefined();
  });
});
