import * as fc from 'fast-check';
import { allOn, anEvent, everythingGranted } from '../../../test/builders/events';
import { clockOf, quietLog } from '../../../test/builders/store_port';
import { Scheduler } from '../../../test/fakes/scheduler';
import type { ReceivedEvent } from '../../../common/flow/event';
import { protobufCodec } from '../../adapters/protobuf/protobuf_codec';
import type { Agent } from '../agent/agent';
import type { MessageRules, SchemaKind } from './decode_message';
import { followBroker } from './follow_broker';
import type { Admission } from '../door/admission';
import type { BrokerBatch, BrokerHooks, BrokerRecord, BrokerStream } from '../ports';
import { SourceHealth } from './source_health';
import { randomRuns } from '../../../test/builders/random_runs';

const codec = protobufCodec();
const source = { type: 'kafka', id: 'detections' } as const;

const OFF = { source, version: 1, off: true, by: 'ann', at: '2026-11-22T10:00:00.000Z', reason: 'a test' };

interface Scene {
  readonly scheduler: Scheduler;
  isOff: boolean;
  /** How often it is followed right now. */
  follows: number;
  readonly hooks: BrokerHooks;
  readonly health: SourceHealth;
  readonly admitted: ReceivedEvent[];
  readonly refused: Array<{ readonly original: unknown; readonly why: string }>;
  answer: (event: ReceivedEvent) => Admission;
}

const accepted = (received: ReceivedEvent): Admission => ({
  kind: 'accepted',
  case_id: received.case_id,
  content: { received, state: 'decided', acts: [], claims: 0 },
});

const sceneOf = (
  rules: Partial<MessageRules> = {},
  { whileOff = 'stays_connected' }: Pick<Partial<BrokerStream>, 'whileOff'> = {},
): Scene => {
  const scheduler = new Scheduler();
  const clock = clockOf(scheduler);
  const health = new SourceHealth(clock);
  const scene = {
    scheduler,
    isOff: false,
    follows: 0,
    health,
    admitted: [] as ReceivedEvent[],
    refused: [] as Scene['refused'],
    answer: accepted,
  };
  const agent = {
    parts: {
      clock,
      grants: everythingGranted,
      log: quietLog(),
      switches: { ...allOn, off: () => (scene.isOff ? OFF : undefined) },
    },
    door: {
      firm: {
        admit: async (event: ReceivedEvent) => {
          const answer = scene.answer(event);
          if (answer.kind !== 'overloaded' && answer.kind !== 'unavailable') scene.admitted.push(event);
          return answer;
        },
        refuse: async (_reason: string, _source: unknown, original: unknown, fields: Array<{ message: string }>) => {
          scene.refused.push({ original, why: fields.map(({ message }) => message).join('; ') });
          return { kind: 'quarantined', reason: 'unreadable', fields: [] };
        },
      },
    },
  } as unknown as Agent;
  let hooks: BrokerHooks | undefined;
  const stream: BrokerStream = {
    source,
    whileOff,
    follow: async (given, signal) => {
      hooks = given;
      scene.follows += 1;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      scene.follows -= 1;
    },
  };
  const messages = { codec, format: 'json' as const, schemas: new Map<number, SchemaKind>(), ...rules };
  void followBroker({ agent, stream, messages, rules: {}, health }, new AbortController().signal);
  if (hooks === undefined) throw new Error('nothing is followed');
  return Object.assign(scene, { hooks });
};

const recordOf = (bytes: Uint8Array | string, headers: Record<string, string> = {}, offset = 0): BrokerRecord => ({
  payload: { kind: 'bytes', bytes: typeof bytes === 'string' ? Buffer.from(bytes) : bytes },
  headers: new Map(Object.entries(headers)),
  position: `detections/0/${offset}`,
});
const json = (id: string): string => JSON.stringify(anEvent({ event_id: id }));
const batch = (...records: readonly BrokerRecord[]): BrokerBatch => ({ partition: '0', records });
const ids = ({ admitted }: Scene): string[] => admitted.map(({ event }) => event.event_id);

describe('messages of a broker', () => {
  it('are admitted in their order and all durable', async () => {
    const scene = sceneOf();
    const taken = await scene.hooks.take(batch(recordOf(json('a')), recordOf(`[${json('b')},${json('c')}]`)));
    expect([taken.durable, ids(scene)]).toEqual([2, ['a', 'b', 'c']]);
    expect(scene.admitted[0]?.intake).toEqual(source);
  });

  it('are acknowledged up to the first that is not durable', async () => {
    const scene = sceneOf();
    scene.answer = (event) =>
      event.event.event_id === 'b' ? { kind: 'overloaded', retry_after_s: 3 } : accepted(event);
    const taken = await scene.hooks.take(batch(recordOf(json('a')), recordOf(json('b')), recordOf(json('c'))));
    expect(taken).toEqual({ durable: 1, retryAfterMs: 3_000 });
    expect(scene.health.list()[0]).toMatchObject({ received: 2 });
  });

  it('are not acknowledged where one of several events in them is not durable', async () => {
    const scene = sceneOf();
    scene.answer = (event) =>
      event.event.event_id === 'c' ? { kind: 'unavailable', why: 'OpenSearch does not answer' } : accepted(event);
    const taken = await scene.hooks.take(batch(recordOf(json('a')), recordOf(`[${json('b')},${json('c')}]`)));
    expect(taken.durable).toBe(1);
  });

  it('are filed if they cannot be read, and hold up nothing', async () => {
    const scene = sceneOf();
    const records = [recordOf('{"half'), recordOf(Uint8Array.from([0xff, 0xfe])), recordOf(json('a'))];
    expect((await scene.hooks.take(batch(...records))).durable).toBe(3);
    expect(ids(scene)).toEqual(['a']);
    expect(scene.refused).toEqual([
      { original: '{"half', why: '`detections/0/0` is not JSON' },
      { original: 'base64://4=', why: '`detections/0/0` is not UTF-8' },
    ]);
    expect(scene.health.list()[0]).toMatchObject({ received: 3, quarantined: 2, parseFailures: 2 });
  });

  it('are not taken while the source is off, nor filed, and are taken once it is on', async () => {
    const scene = sceneOf();
    scene.isOff = true;
    const offered = batch(recordOf('{"half'), recordOf(json('a')));
    expect(await scene.hooks.take(offered)).toEqual({ durable: 0, retryAfterMs: 2_000 });
    expect([ids(scene), scene.refused, scene.health.list()[0]?.received]).toEqual([[], [], 0]);
    scene.isOff = false;
    expect((await scene.hooks.take(offered)).durable).toBe(2);
    expect(ids(scene)).toEqual(['a']);
  });

  it('are not acknowledged where the source is switched off just then', async () => {
    const scene = sceneOf();
    scene.answer = () => ({ kind: 'switched_off' });
    expect(await scene.hooks.take(batch(recordOf(json('a'))))).toMatchObject({ durable: 0 });
  });

  it.each([
    ['disconnects', 0],
    ['stays_connected', 1],
  ] as const)('of a stream that %s leave %s connections while the source is off', async (whileOff, left) => {
    const scene = sceneOf({}, { whileOff });
    const pass = (ms: number) => scene.scheduler.runUntil(scene.scheduler.now + ms);
    await pass(1_000);
    expect(scene.follows).toBe(1);
    scene.isOff = true;
    await pass(10_000);
    expect(scene.follows).toBe(left);
    expect(scene.health.standing(0)).toHaveLength(left);
    scene.isOff = false;
    await pass(10_000);
    expect(scene.follows).toBe(1);
  });

  it('may be deletion markers, which are nothing', async () => {
    const scene = sceneOf();
    const marker: BrokerRecord = { payload: { kind: 'empty' }, headers: new Map(), position: 'p' };
    expect(await scene.hooks.take(batch(marker))).toMatchObject({ durable: 1 });
    expect(scene.health.list()[0]).toMatchObject({ received: 0 });
  });

  const one = codec.write('reflex.v1.Event', [anEvent({ event_id: 'p' })]);
  const many = codec.write('reflex.v1.EventBatch', [anEvent({ event_id: 'p' }), anEvent({ event_id: 'q' })]);
  const framed = (id: number, ...rest: readonly number[]): Uint8Array => Uint8Array.from([0, 0, 0, 0, id, ...rest]);
  const schemas = new Map<number, SchemaKind>([
    [7, 'reflex.v1.Event'],
    [8, 'reflex.v1.EventBatch'],
    [9, 'json'],
  ]);

  it.each<[string, BrokerRecord, string[]]>([
    ['a content type', recordOf(many, { 'content-type': 'application/x-protobuf' }), ['p', 'q']],
    [
      'one with its message',
      recordOf(one, { 'content-type': 'application/protobuf; messageType=reflex.v1.Event' }),
      ['p'],
    ],
    ['a content type of JSON', recordOf(json('j'), { 'content-type': 'application/cloudevents+json' }), ['j']],
    ['a schema id in a header', recordOf(one, { 'schema-id': '7' }), ['p']],
    ['five bytes in front, first message', recordOf(framed(7, 0, ...one)), ['p']],
    ['five bytes in front, second message', recordOf(framed(8, 2, 2, ...many)), ['p', 'q']],
    ['five bytes in front of JSON', recordOf(framed(9, ...Buffer.from(json('j')))), ['j']],
    ['nothing', recordOf(json('j')), ['j']],
  ])('are known by %s', async (_what, record, expected) => {
    const scene = sceneOf({ schemas });
    await scene.hooks.take(batch(record));
    expect([ids(scene), scene.refused]).toEqual([expected, []]);
  });

  it.each<[string, BrokerRecord, RegExp]>([
    ['a schema that the settings do not name', recordOf(framed(1, 0, ...one)), /schema id 1,/],
    ['such a schema in a header', recordOf(one, { 'schema-id': '1' }), /schema id 1,/],
    ['a message that there is not', recordOf(framed(7, 2, 40, ...one)), /does not have/],
    ['bytes that are packed', recordOf(one, { 'content-encoding': 'gzip' }), /packed as `gzip`/],
    ['more events than fit', recordOf(`[${'1,'.repeat(1_000)}1]`), /1001 events/],
  ])('are filed for %s', async (_what, record, why) => {
    const scene = sceneOf({ schemas });
    expect(await scene.hooks.take(batch(record))).toMatchObject({ durable: 1 });
    expect(scene.refused.map((each) => each.why)).toEqual([expect.stringMatching(why)]);
  });

  it('are in the format of the settings if they say nothing', async () => {
    const scene = sceneOf({ format: 'reflex.v1.Event' });
    await scene.hooks.take(batch(recordOf(one)));
    expect(ids(scene)).toEqual(['p']);
  });

  it('never stop it, whatever is in them', async () => {
    const scene = sceneOf({ schemas });
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.json().map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 60 }).map((rest) => framed(7, ...rest)),
      fc.uint8Array({ maxLength: 60 }).map((rest) => framed(8, ...rest)),
    );
    const types = fc.constantFrom('', 'application/json', 'application/x-protobuf', ';;;', 'application/x-ndjson');
    await fc.assert(
      fc.asyncProperty(anything, types, async (bytes, type) => {
        const { durable } = await scene.hooks.take(
          batch(recordOf(bytes, { 'content-type': type }), recordOf(json('ok'))),
        );
        expect(durable).toBe(2);
      }),
      { numRuns: randomRuns(1_000) },
    );
    expect(ids(scene).filter((id) => id === 'ok')).toHaveLength(randomRuns(1_000));
  });
});
