import type { BadField } from '../../../common/codec/decode';
import type { Intake, ReceivedEvent } from '../../../common/flow/event';
import { anEvent, everythingGranted } from '../../../test/builders/events';
import { aCase } from '../../../test/builders/undoing';
import { digestOf } from '../../engine/digest/digest';
import type { FieldMap } from '../../engine/intake/field_map';
import type { Agent } from '../agent/agent';
import type { Admission } from '../door/admission';
import { isOwn, noteAdmissions, receiveDocuments, type DocumentRules, type SourceDocument } from './receive_documents';
import { SourceHealth } from './source_health';

const INTAKE: Intake = { type: 'kafka', id: 'alerts' };
const NOW = '2026-11-22T10:00:05.000Z';
const UTC = Date.parse(NOW);

interface Refused {
  readonly value: unknown;
  readonly fields: readonly BadField[];
}

/** An agent that takes everything, and what it was handed. */
const anAgent = () => {
  const admitted: ReceivedEvent[] = [];
  const refused: Refused[] = [];
  const agent = {
    parts: { clock: { utc: () => UTC, monotonic: () => 0 }, grants: everythingGranted },
    admit: async (event: ReceivedEvent): Promise<Admission> => {
      admitted.push(event);
      return { kind: 'accepted', case_id: event.case_id, content: aCase() };
    },
    door: {
      refuse: async (reason: 'invalid', intake: Intake, value: unknown, fields: readonly BadField[]) => {
        expect([reason, intake]).toEqual(['invalid', INTAKE]);
        refused.push({ value, fields });
        return { kind: 'quarantined', reason, fields };
      },
    },
  } as unknown as Agent;
  return { agent, admitted, refused };
};
const receive = async (documents: readonly SourceDocument[], rules?: DocumentRules) => {
  const { agent, admitted, refused } = anAgent();
  const admissions = await receiveDocuments(agent, INTAKE, documents, rules);
  return { admissions, admitted, refused, first: admitted[0] };
};

const MAP: FieldMap = {
  timestamp: '@timestamp',
  severity: { value: 'high' },
  confidence: 'score',
  'source.ip': 'src',
};
const mapped = (more: object = {}) => ({
  '@timestamp': '2026-11-22T10:00:00.000Z',
  score: 0.9,
  src: '203.0.113.7',
  ...more,
});

describe('a document in the wire form', () => {
  it('is admitted as it is, named by the source and by its event', async () => {
    const { first, admissions } = await receive([{ value: anEvent() }]);
    expect(first).toEqual({
      case_id: `case:${digestOf(['kafka', 'alerts', 'event-1'])}`,
      intake: INTAKE,
      digest: digestOf(anEvent()),
      voice: {
        grant: { digest: 'everything', version: 0 },
        origins: { confidence: 'granted', severity: 'granted' },
      },
      received_at: NOW,
      event: anEvent(),
    });
    expect(admissions).toMatchObject([{ kind: 'accepted' }]);
  });

  it.each<[note: string, rules: DocumentRules, marks: object]>([
    ['of a demo source is marked so', { demo: true }, { demo: true }],
    ['of another source is not', { demo: false }, {}],
  ])('%s', async (_note, rules, marks) => {
    const { demo, uncalibrated } = (await receive([{ value: anEvent() }], rules)).first ?? {};
    expect({ demo, uncalibrated }).toEqual({ demo: undefined, uncalibrated: undefined, ...marks });
  });

  it('is refused with every field that is wrong', async () => {
    const value = { ...anEvent(), confidence: 2, severity: 'huge' };
    const { refused, admissions } = await receive([{ value }]);
    expect(refused.map((each) => [each.value, each.fields.map(({ path }) => path)])).toEqual([
      [value, ['confidence', 'severity']],
    ]);
    expect(admissions).toMatchObject([{ kind: 'quarantined' }]);
  });
});

describe('a document in the form of its source', () => {
  it('is mapped, and kept as it came', async () => {
    const value = mapped();
    const { first } = await receive([{ value, id: 'd1' }], { map: MAP });
    expect(first?.event).toEqual({
      event_id: 'd1',
      timestamp: '2026-11-22T10:00:00.000Z',
      confidence: 0.9,
      severity: 'high',
      source: { ip: '203.0.113.7' },
      raw: value,
    });
    expect(first).not.toHaveProperty('uncalibrated');
    expect(first?.case_id).toBe(`case:${digestOf(['kafka', 'alerts', 'd1'])}`);
  });

  it('is marked where nobody vouched for its confidence', async () => {
    const { first } = await receive([{ value: mapped({ score: undefined }), id: 'd1' }], { map: MAP });
    expect([first?.event.confidence, first?.uncalibrated]).toEqual([0.5, true]);
  });

  const LONG = 'x'.repeat(512);
  it.each<[note: string, document: SourceDocument, map: FieldMap, name: string]>([
    ['by itself', { value: mapped({ key: 'e7' }), id: 'd1' }, { ...MAP, event_id: 'key' }, 'e7'],
    ['by its source', { value: mapped(), id: 'd1' }, MAP, 'd1'],
    ['by a long id of its source', { value: mapped(), id: LONG }, MAP, LONG],
    [
      'by the digest of an id that is too long',
      { value: mapped(), id: `${LONG}y` },
      MAP,
      `sha256:${digestOf(`${LONG}y`)}`,
    ],
    ['by its content where nobody names it', { value: mapped() }, MAP, `sha256:${digestOf(mapped())}`],
  ])('is named %s', async (_note, document, map, name) => {
    const { first } = await receive([document], { map });
    expect(first?.event.event_id).toBe(name);
  });

  it.each<[note: string, value: unknown, map: FieldMap, paths: readonly string[]]>([
    ['a field cannot be mapped', mapped({ score: 'much' }), MAP, ['confidence']],
    ['what comes out is not valid', mapped({ '@timestamp': 'yesterday' }), MAP, ['timestamp']],
    ['a field is missing', mapped({ '@timestamp': undefined }), MAP, ['timestamp']],
    [
      'a field cannot be mapped that an event may do without',
      mapped({ pid: 'many' }),
      { ...MAP, 'process.pid': 'pid' },
      ['process.pid'],
    ],
  ])('is refused where %s', async (_note, value, map, paths) => {
    const { refused, admitted } = await receive([{ value, id: 'd1' }], { map });
    expect([refused.map(({ fields }) => fields.map(({ path }) => path)), admitted]).toEqual([[paths], []]);
    expect(refused[0]?.value).toBe(value);
  });

  it.each<[note: string, padding: number, kept: boolean]>([
    ['at most 60,000 characters is kept whole', 60_000, true],
    ['more than that is not kept', 60_001, false],
  ])('of %s', async (_note, size, kept) => {
    const text = (length: number) => mapped({ padding: 'x'.repeat(length) });
    const value = text(size - JSON.stringify(text(0)).length);
    const { first } = await receive([{ value, id: 'd1' }], { map: MAP });
    expect(first?.event.raw).toEqual(kept ? value : { note: 'the original was too large to keep' });
  });

  it('that is nested too deep to be written down is refused or kept by its name, and stalls nobody', async () => {
    const value: Record<string, unknown> = mapped();
    value.self = value;
    const { first } = await receive([{ value, id: 'd1' }], { map: MAP });
    expect(first?.event).toMatchObject({ event_id: 'd1', raw: { note: 'the original was too large to keep' } });
    const unnamed = await receive([{ value }], { map: MAP });
    expect(unnamed.refused.map(({ fields }) => fields.map(({ path }) => path))).toEqual([['event_id']]);
  });
});

describe('a document that is read anew from the cluster', () => {
  it.each<[note: string, document: SourceDocument, name: string]>([
    ['by the id that the cluster gave it', { value: anEvent(), id: 'i/1' }, 'i/1'],
    ['by its event where it has no id', { value: anEvent() }, 'event-1'],
  ])('is told from others %s, and by nothing else', async (_note, document, name) => {
    const { first } = await receive([document], { readHere: true });
    const identity = digestOf(['kafka', 'alerts', name]);
    expect([first?.case_id, first?.digest]).toEqual([`case:${identity}`, identity]);
  });

  it('is told by its content otherwise', async () => {
    const { first } = await receive([{ value: anEvent(), id: 'i/1' }], { readHere: false });
    expect(first).toMatchObject({
      case_id: `case:${digestOf(['kafka', 'alerts', 'event-1'])}`,
      digest: digestOf(anEvent()),
      voice: {
        grant: { digest: 'everything', version: 0 },
        origins: { confidence: 'granted', severity: 'granted' },
      },
    });
  });
});

describe('what Reflex wrote itself', () => {
  it.each<[value: unknown, own: boolean]>([
    [{ _index: 'reflex-decisions-2026' }, true],
    [{ _index: 'reflex-' }, true],
    [{ _index: 'my-reflex-detections' }, false],
    [{ _index: 7 }, false],
    [{}, false],
    [null, false],
    [undefined, false],
    ['reflex-decisions', false],
  ])('%j: %s', (value, own) => expect(isOwn(value)).toBe(own));

  it('is refused: Reflex does not answer to itself', async () => {
    const value = { ...anEvent(), _index: 'reflex-decisions-2026' };
    const { refused, admitted } = await receive([{ value }]);
    expect(admitted).toEqual([]);
    expect(refused).toEqual([
      {
        value,
        fields: [{ path: '_index', message: 'is an index of Reflex itself; Reflex does not answer to itself' }],
      },
    ]);
  });
});

describe('what was reported under one id before, with another content', () => {
  const two = [anEvent(), anEvent({ severity: 'critical' })].map((value) => ({ value }));
  const idsOf = async (rules: DocumentRules, documents: readonly SourceDocument[] = two) => {
    const { admitted } = await receive(documents, rules);
    return admitted.map(({ case_id, digest, repetition }) => [case_id.slice(0, 12), digest.slice(0, 7), repetition]);
  };

  it.each(['same', 'update', undefined] as const)(
    'is of the same case, and differs from it: %s',
    async (repetition) => {
      const [first, second] = await idsOf({ repetition });
      expect([first?.[0] === second?.[0], first?.[1] === second?.[1]]).toEqual([true, false]);
      expect([first?.[2], second?.[2]]).toEqual([repetition, repetition]);
    },
  );

  it('is another detection where the source says so, and the very same one is none', async () => {
    const [first, second, third] = await idsOf({ repetition: 'new' }, [...two, { value: anEvent() }]);
    expect([first?.[0] === second?.[0], first?.[0] === third?.[0]]).toEqual([false, true]);
    expect(first?.[2]).toBeUndefined();
  });

  it('of a document that is read from here is the same without a word, and newer where the source says so', async () => {
    const [first, second] = await idsOf({ readHere: true });
    expect(first).toEqual(second);
    const [before, after] = await idsOf({ readHere: true, repetition: 'update' });
    expect([before?.[0] === after?.[0], before?.[1] === after?.[1]]).toEqual([true, false]);
  });
});

describe('documents of one source', () => {
  it('are handed in in their order, and one that is bad stalls none of the rest', async () => {
    const values = [anEvent({ event_id: 'a' }), { bad: true }, anEvent({ event_id: 'b' })];
    const { admissions, admitted } = await receive(values.map((value) => ({ value })));
    expect(admissions.map(({ kind }) => kind)).toEqual(['accepted', 'quarantined', 'accepted']);
    expect(admitted.map(({ event }) => event.event_id)).toEqual(['a', 'b']);
  });

  it('are counted where somebody counts', async () => {
    const health = new SourceHealth({ monotonic: () => 0, utc: () => UTC });
    await receive([{ value: anEvent() }, { value: {} }], { health });
    expect(health.list()).toMatchObject([{ source: INTAKE, received: 2, duplicates: 0, quarantined: 1 }]);
  });

  const one = { case_id: 'case:1', content: aCase() };
  it.each<[admission: Admission, notes: readonly string[]]>([
    [{ kind: 'accepted', ...one }, ['received']],
    [{ kind: 'duplicate', ...one }, ['received', 'duplicate']],
    [{ kind: 'updated', ...one }, ['received', 'updated']],
    [{ kind: 'quarantined', reason: 'invalid', fields: [] }, ['received', 'quarantined']],
    [{ kind: 'spooled', case_id: 'case:1' }, ['received']],
    [{ kind: 'overloaded', retry_after_s: 2 }, []],
    [{ kind: 'unavailable', why: 'away' }, []],
  ])('count as what came of them: %j', (admission, notes) => {
    const health = new SourceHealth({ monotonic: () => 0, utc: () => UTC });
    const noted = jest.spyOn(health, 'note');
    noteAdmissions(health, INTAKE, [admission, admission]);
    expect(noted.mock.calls).toEqual([...notes, ...notes].map((note) => [INTAKE, note]));
    expect(() => noteAdmissions(undefined, INTAKE, [admission])).not.toThrow();
  });
});
