import { received } from '../../../test/builders/events';
import { lookupsOf } from '../../../test/builders/lookups';
import { compiled } from '../../../test/builders/policies';
import type { DetectionEvent, ReceivedEvent } from '../../../common/flow/event';
import { iso } from '../../../common/iso';
import { HistoryBook } from '../../runner/facts/history';
import { EVERYTHING_GRANTED, saidOnWire, voiceOf } from '../intake/voice';
import { replay } from '../replay/replay';
import { decide, type Decided } from './decide';
import { INITIAL_WEIGHTS, modelOf } from './model';
import { sealDecision } from './seal';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const MODEL = modelOf(INITIAL_WEIGHTS);

const policy = (confirm: string, then = 'block_ip, target: { ip: event.source.ip }, ttl: 1h', undo = 'unblock_ip') =>
  compiled([
    `apiVersion: reflex/v1
kind: Policy
metadata: { id: the-policy, title: acts, owner: test }
spec:
  layer: action
  mode: enforce
  when: 'true'
  then: { action: ${then} }
  confirm: ${confirm}
  rollback: { action: ${undo} }
`,
  ]);
const THRICE = policy('{ seen: 3, within: 10m }');

let cases = 0;
/** An event so many minutes after the first one. */
const seen = (fields: Partial<DetectionEvent>, minutes = 0, by = 'siem'): ReceivedEvent =>
  received(
    { event_id: `e${(cases += 1)}`, rule: { id: 'r' }, timestamp: iso(NOW + minutes * 60_000), ...fields },
    { intake: { type: 'webhook', id: by } },
  );

interface Made {
  readonly decided: Decided;
  readonly replayed: string;
}

const make = (book: HistoryBook, event: ReceivedEvent, { bundle = THRICE, minutes = 0 } = {}): Made => {
  const now = Date.parse(event.received_at) + minutes * 60_000;
  const lookups = { ...lookupsOf(), history: () => book.factsFor(event, now) };
  const request = { received: event, bundle, model: MODEL, now, lookups };
  const decided = decide(request);
  const decision = sealDecision(decided, request, { decisionId: 'd', engineDigest: 'engine' });
  const record = { event, decision: JSON.parse(JSON.stringify(decision)) };
  return { decided, replayed: replay({ record, bundle, model: MODEL, engineDigest: 'engine' }).status };
};

/** Verdicts in the order in which events come in; each is replayed as well. */
const verdicts = (events: readonly ReceivedEvent[], bundle = THRICE): readonly string[] => {
  const book = new HistoryBook();
  return events.map((event) => {
    book.noteEvent(event).keep();
    const { decided, replayed } = make(book, event, { bundle });
    expect(replayed).toBe('same');
    return decided.verdict;
  });
};

const from = (last: number, fields: Partial<DetectionEvent> = {}) => ({
  source: { ip: `203.0.113.${last}` },
  ...fields,
});

describe('what confirms an act', () => {
  it('is its target seen again', () => {
    expect(verdicts([seen(from(1)), seen(from(1)), seen(from(1))])).toEqual(['hold', 'hold', 'permit']);
  });

  it('is not another source that has the same user', () => {
    const root = { user: { name: 'root' }, dst_host: 'web-1' };
    const events = [11, 12, 13].map((last) => seen(from(last, root)));
    expect(verdicts(events)).toEqual(['hold', 'hold', 'hold']);
  });

  it('is not another rule, and nothing at all where the rule has no id', () => {
    const events = ['a', 'b', 'c'].map((id) => seen(from(1, { rule: { id } })));
    expect(verdicts(events)).toEqual(['hold', 'hold', 'hold']);
    const unnamed = ['A', 'B', 'C'].map((name) => seen(from(1, { rule: { name } })));
    expect(verdicts(unnamed)).toEqual(['hold', 'hold', 'hold']);
  });

  it('is never a placeholder', () => {
    const bundle = policy('{ seen: 2, within: 10m, by: user }');
    const events = [1, 2, 3].map((last) => seen(from(last, { user: { name: '<NA>' } })));
    expect(verdicts(events, bundle)).toEqual(['escalate', 'escalate', 'escalate']);
  });

  it.each([
    ['user', { user: { name: 'root' } }],
    ['host', { src_host: 'ws-1' }],
    ['source', {}],
  ])('is the %s where the policy says so', (by, fields) => {
    const bundle = policy(`{ seen: 2, within: 10m, by: ${by} }`);
    const [first, second] = by === 'source' ? [1, 1] : [1, 2];
    expect(verdicts([seen(from(first, fields)), seen(from(second, fields))], bundle)).toEqual(['hold', 'permit']);
  });

  it('asks at once where the event does not name what could be seen again', () => {
    const bundle = policy('{ seen: 2, within: 10m, by: user }');
    const { decided } = make(new HistoryBook(), seen(from(1)), { bundle });
    expect(decided.acts[0]?.reasons.map(({ text }) => text)).toContain(
      'the event names no user that could be seen again',
    );
  });

  it('is so many sources with domains of their own, whatever their rules', () => {
    const bundle = policy('{ seen: 2, within: 10m, by: intakes }');
    const of = (by: string, domain: 'network' | 'endpoint' | undefined): ReceivedEvent => {
      const event = seen(from(1, { rule: { id: by } }), 0, by);
      const grant = { ...EVERYTHING_GRANTED.grant, ...(domain ? { domain } : {}) };
      return { ...event, voice: voiceOf(event.event, saidOnWire, { ...EVERYTHING_GRANTED, grant }) };
    };
    expect(verdicts([of('a', 'network'), of('b', 'endpoint')], bundle)).toEqual(['hold', 'permit']);
    expect(verdicts([of('a', 'network'), of('b', 'network')], bundle)).toEqual(['hold', 'hold']);
    expect(verdicts([of('a', 'network'), of('a', 'endpoint')], bundle)).toEqual(['hold', 'hold']);
    // Only claimed: that is for a person.
    expect(verdicts([of('a', undefined), of('b', undefined)].slice(0, 1), bundle)).toEqual(['hold']);
  });

  it('is the same program on the same host', () => {
    const bundle = policy(
      '{ seen: 2, within: 10m }',
      'quarantine_file, target: { file: event.file.path, host: event.src_host }, ttl: 1h',
      'restore_file',
    );
    const on = (host: string) => seen({ file: { path: '/tmp/x' }, src_host: host });
    expect(verdicts([on('ws-1'), on('ws-2')], bundle)).toEqual(['hold', 'hold']);
    expect(verdicts([on('ws-1'), on('WS-1.')], bundle)).toEqual(['hold', 'permit']);
  });

  it('lies in one window with the event: three within ten minutes are not three within twenty', () => {
    const book = new HistoryBook();
    const middle = seen(from(1), 9);
    for (const event of [seen(from(1), 0), middle, seen(from(1), 18)]) book.noteEvent(event).keep();
    expect(make(book, middle, { minutes: 9.5 }).decided.verdict).toBe('hold');
    book.noteEvent(seen(from(1), 10)).keep();
    expect(make(book, middle, { minutes: 9.5 }).decided.verdict).toBe('permit');
  });

  it('still counts when the case is looked at late: what came before it has not left its window', () => {
    const book = new HistoryBook();
    const [first, second, third] = [seen(from(1), 0), seen(from(1), 0), seen(from(1), 0)];
    for (const event of [first, second, third]) book.noteEvent(event).keep();
    expect(make(book, second, { minutes: 10.01 }).decided.verdict).toBe('permit');
  });

  it('is never what is only claimed: that asks', () => {
    const claims = (event: ReceivedEvent): ReceivedEvent => ({
      ...event,
      voice: voiceOf(event.event, saidOnWire, undefined),
    });
    const events = [claims(seen(from(1), 0, 'x')), claims(seen(from(1), 0, 'x')), seen(from(1))];
    expect(verdicts(events)).toEqual(['hold', 'hold', 'escalate']);
  });
});
