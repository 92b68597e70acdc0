import * as fc from 'fast-check';
import { decode } from '../../../common/codec/decode';
import { fieldsOf } from '../../../common/codec/codecs';
import { DetectionEvent, RULE_STATUSES, SEVERITIES } from '../../../common/flow/event';
import { anEvent } from '../../../test/builders/events';
import { MESSAGES } from './event_schema';
import { protobufCodec } from './protobuf_codec';
import { randomRuns } from '../../../test/builders/random_runs';

const codec = protobufCodec();

/** Fields of the table as dotted names, parts of parts included. */
const fieldsOfMessage = (name: string): string[] =>
  (MESSAGES.find((each) => each.name === name)?.fields ?? []).flatMap(({ name: field, kind }) =>
    typeof kind === 'object' && 'message' in kind
      ? fieldsOfMessage(kind.message).map((inner) => `${field}.${inner}`)
      : [field],
  );

const fieldsOfWire = (fields = fieldsOf(DetectionEvent)): string[] =>
  [...(fields ?? [])].flatMap(([field, { codec: inner }]) => {
    const parts = fieldsOf(inner);
    return parts === undefined ? [field] : fieldsOfWire(parts).map((each) => `${field}.${each}`);
  });

const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !text.includes('\0'));
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });
/** A part has something in it, or is not there: protobuf and JSON both tell an empty part from none. */
const part = <Shape extends object>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  maybe(fc.record(shape, { requiredKeys: [] }));

const events = fc
  .record({
    event_id: word,
    timestamp: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((at) => at.toISOString()),
    confidence: fc.double({ min: 0, max: 1, noNaN: true }),
    severity: fc.constantFrom(...SEVERITIES),
    src_host: maybe(word),
    dst_host: maybe(word),
    tags: maybe(fc.array(word, { minLength: 1, maxLength: 5 })),
    recommended_action: maybe(word),
    policy_scope: maybe(word),
    source: part({ ip: fc.ipV4() }),
    destination: part({ ip: fc.ipV6(), domain: word }),
    user: part({ name: word }),
    process: part({ name: word, pid: fc.nat(4_194_304), executable: word, hash: fc.constant('a'.repeat(32)) }),
    file: part({ name: word, path: word, hash: fc.constant('b'.repeat(64)) }),
    rule: part({ id: word, name: word, origin: word, status: fc.constantFrom(...RULE_STATUSES) }),
    raw: maybe(fc.jsonValue({ maxDepth: 3 })),
  })
  .map((event) => JSON.parse(JSON.stringify(event)) as DetectionEvent);

describe('events as protobuf', () => {
  it('have exactly the fields of the wire form', () => {
    expect(fieldsOfMessage('Event').sort()).toEqual(fieldsOfWire().sort());
  });

  it('give each number and each name once', () => {
    for (const { fields } of MESSAGES) {
      expect(new Set(fields.map(({ number }) => number)).size).toBe(fields.length);
      expect(new Set(fields.map(({ name }) => name)).size).toBe(fields.length);
    }
  });

  it('say the same there and back, and pass the same check', () => {
    fc.assert(
      fc.property(events, (event) => {
        const read = codec.read('reflex.v1.Event', codec.write('reflex.v1.Event', [event]));
        const wire = decode(DetectionEvent, event);
        expect(wire.ok).toBe(true);
        expect(read.ok && decode(DetectionEvent, read.value[0])).toEqual(wire);
      }),
      { numRuns: randomRuns(300) },
    );
  });

  it('come in batches, in their order', () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 5 }), (batch) => {
        const read = codec.read('reflex.v1.EventBatch', codec.write('reflex.v1.EventBatch', batch));
        expect(read.ok && read.value.map((event) => (event as DetectionEvent).event_id)).toEqual(
          batch.map(({ event_id }) => event_id),
        );
      }),
      { numRuns: randomRuns(50) },
    );
  });

  it('keep what is 0 from what is not said', () => {
    const event = anEvent({ confidence: 0, process: { pid: 0 } });
    const { confidence: _confidence, ...less } = event;
    const back = (value: object): unknown => {
      const read = codec.read('reflex.v1.Event', codec.write('reflex.v1.Event', [value]));
      return read.ok && read.value[0];
    };
    expect(back(event)).toMatchObject({ confidence: 0, process: { pid: 0 } });
    expect(back(less)).not.toHaveProperty('confidence');
  });

  it('refuse a severity that they do not know by its name', () => {
    // Field 4 as a varint of 9.
    const read = codec.read('reflex.v1.Event', Uint8Array.from([0x20, 9]));
    const checked = read.ok && decode(DetectionEvent, read.value[0]);
    expect(checked).toMatchObject({ ok: false });
    expect(checked && !checked.ok && checked.error.map(({ path }) => path)).toContain('severity');
  });

  it('ignore fields of a later version', () => {
    const bytes = Uint8Array.from([...codec.write('reflex.v1.Event', [anEvent()]), 0xf8, 0x3f, 1]);
    expect(codec.read('reflex.v1.Event', bytes)).toMatchObject({ ok: true, value: [{ event_id: 'event-1' }] });
  });

  it('never throw, whatever the bytes are', () => {
    const broken = fc.tuple(events, fc.nat(), fc.nat(255)).map(([event, at, byte]) => {
      const bytes = codec.write('reflex.v1.EventBatch', [event, event]);
      bytes[at % bytes.length] = byte;
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 300 }), broken), (bytes) => {
        for (const type of ['reflex.v1.Event', 'reflex.v1.EventBatch'] as const) {
          const read = codec.read(type, bytes);
          if (read.ok) for (const value of read.value) decode(DetectionEvent, value);
          else expect(read.error).toContain(type);
        }
      }),
      { numRuns: randomRuns(1_000) },
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});
