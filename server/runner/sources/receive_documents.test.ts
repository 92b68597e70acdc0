import type { BadField } from '../../../common/codec/decode';
import type { Intake, ReceivedEvent } from '../../../common/flow/event';
import { anEvent, everythingGranted, nothingGranted } from '../../../test/builders/events';
import type { Grant } from '../../../common/flow/voice';
import { aCase } from '../../../test/builders/undoing';
import { digestOf, sha256 } from '../../engine/digest/digest';
import type { FieldMap } from '../../engine/intake/field_map';
import type { Agent } from '../agent/agent';
import type { Admission } from '../door/admission';
import { isOwn, type SourceDocument } from './document_events';
import { noteAdmissions, receiveDocuments, type DocumentRules } from './receive_documents';
import { SourceHealth } from './source_health';

const INTAKE: Intake = { type: 'kafka', id: 'alerts' };
const NOW = '2026-11-22T10:00:05.000Z';
const UTC = Date.parse(NOW);

interface Refused {
  readonly value: unknown;
  readonly fields: readonly BadField[];
}

/** An agent that takes everything, and what it was handed. */
const anAgent = (utc = UTC) => {
  const admitted: ReceivedEvent[] = [];
  const refused: Refused[] = [];
  const agent = {
    parts: { clock: { utc: () => utc, monotonic: () => 0 }, grants: everythingGranted },
    admit: async (event: ReceivedEvent): Promise<Admission> => {
      admitted.push(event);
      return { kind: 'accepted', case_id: event.case_id, content: aCase() };
    },
    door: {
      refuse: async (
        reason: 'invalid' | 'own_records',
        intake: Intake,
        value: unknown,
        fields: readonly BadField[],
      ) => {
        const isOutcome = fields.some(({ path }) => path === 'reflex_outcome');
        expect([reason, intake]).toEqual([isOutcome ? 'own_records' : 'invalid', INTAKE]);
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
/** All that a source may say of itself, and nothing that documents say. */
const LOGS_DO_NOT_SPEAK: Grant = { reason: 'a test', confidence: {}, severity: {}, tags: {} };
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
    ['what comes out is not valid', mapped({ '@timestamp': 'yesterday' }), MAP, ['timestamp']],
    ['a field is missing', mapped({ '@timestamp': undefined }), MAP, ['timestamp']],
    ['its list of events is not there', mapped(), { ...MAP, each: 'list' }, ['list']],
  ])('is refused where %s', async (_note, value, map, paths) => {
    const { refused, admitted } = await receive([{ value, id: 'd1' }], { map });
    expect([refused.map(({ fields }) => fields.map(({ path }) => path)), admitted]).toEqual([[paths], []]);
    expect(refused[0]?.value).toBe(value);
  });

  it('is mended where a detail does not fit, and nobody vouches for that', async () => {
    const value = mapped({ score: 'much', pid: 'many' });
    const { first } = await receive([{ value, id: 'd1' }], { map: { ...MAP, 'process.pid': 'pid' } });
    expect(first).toMatchObject({
      uncalibrated: true,
      mended: [
        { path: 'confidence', how: 'left_out', text: 'much' },
        { path: 'process.pid', how: 'left_out', text: 'many' },
      ],
      voice: { origins: { confidence: 'claimed', severity: 'granted' } },
    });
    expect(first?.event).not.toHaveProperty('process');
  });

  it('stays the same event where the time of receipt stands for its own', async () => {
    const map: FieldMap = { ...MAP, timestamp: { path: 'at', fallback: 'received_at' } };
    const taken = async (utc: string) => {
      const { agent, admitted } = anAgent(Date.parse(utc));
      await receiveDocuments(agent, INTAKE, [{ value: mapped() }], { map });
      return admitted[0];
    };
    const [one, other] = [await taken(NOW), await taken('2026-11-22T11:00:00.000Z')];
    expect([one?.event.timestamp, one?.mended]).toEqual([NOW, [{ path: 'timestamp', how: 'fallback' }]]);
    expect(other).toMatchObject({ case_id: one?.case_id, digest: one?.digest });
    expect(other?.event.timestamp).not.toBe(one?.event.timestamp);
  });

  it.each<[note: string, padding: number, kept: boolean]>([
    ['at most 60,000 characters is kept whole', 60_000, true],
    ['more than that is kept by its beginning', 60_001, false],
  ])('of %s', async (_note, size, kept) => {
    const text = (length: number) => mapped({ padding: 'x'.repeat(length) });
    const value = text(size - JSON.stringify(text(0)).length);
    const { first } = await receive([{ value, id: 'd1' }], { map: MAP });
    const whole = JSON.stringify(value);
    const beginning = { note: 'too large to keep whole', characters: size, sha256: sha256(whole) };
    expect(first?.event.raw).toEqual(kept ? value : { ...beginning, head: whole.slice(0, 24_000) });
  });

  it('that is nested too deep to be written down is refused or kept by its name, and stalls nobody', async () => {
    const value: Record<string, unknown> = mapped();
    value.self = value;
    const { first } = await receive([{ value, id: 'd1' }], { map: MAP });
    expect(first?.event).toMatchObject({ event_id: 'd1', raw: { note: 'nested too deep to be kept' } });
    const unnamed = await receive([{ value }], { map: MAP });
    expect(unnamed.refused.map(({ fields }) => fields.map(({ path }) => path))).toEqual([['event_id']]);
  });
});

describe('a document with a list of events', () => {
  const EACH: FieldMap = { ...MAP, each: 'list', only: { ours: true } };
  const list = [
    { ours: true, src: '203.0.113.1' },
    { ours: false, src: '203.0.113.2' },
    { ours: true, src: '203.0.113.3', big: 'x'.repeat(70_000) },
  ];

  it('makes one of each, with its own name and its own part as evidence; what is not ours is none', async () => {
    const value = mapped({ list });
    const { admissions, admitted, refused } = await receive([{ value }], { map: EACH });
    expect(admissions.map(({ kind }) => kind)).toEqual(['accepted', 'accepted', 'not_ours']);
    expect(refused).toEqual([]);
    expect(new Set(admitted.map(({ case_id }) => case_id)).size).toBe(2);
    const [one, two] = admitted.map(({ event }) => event);
    expect(one).toMatchObject({ source: { ip: '203.0.113.1' }, raw: mapped({ list: [list[0]] }) });
    expect(two?.source?.ip).toBe('203.0.113.3');
    expect(two?.raw).toMatchObject({ element: { head: expect.stringContaining('203.0.113.3') } });
  });

  it('makes the same ones again, wherever they stand, and of one document of an index one each', async () => {
    const ids = async (document: SourceDocument, rules: DocumentRules = {}) =>
      (await receive([document], { map: EACH, ...rules })).admitted.map(({ case_id }) => case_id);
    const value = mapped({ list });
    const first = await ids({ value });
    expect(await ids({ value: mapped({ list: [...list].reverse() }) })).toEqual([...first].reverse());
    expect(await ids({ value: mapped({ list, other: 1 }) })).not.toEqual(first);
    const read = await ids({ value, id: 'i/1' }, { readHere: true });
    expect(new Set(read).size).toBe(2);
    expect(await ids({ value: mapped({ list, other: 1 }), id: 'i/1' }, { readHere: true })).toEqual(read);
    expect(await ids({ value, id: 'i/2' }, { readHere: true })).not.toEqual(read);
  });

  it('is in quarantine as well where it has more than are taken', async () => {
    const many = Array.from({ length: 501 }, (_, n) => ({ ours: true, n }));
    const { admitted, refused } = await receive([{ value: mapped({ list: many }) }], { map: EACH });
    expect([admitted.length, refused.map(({ fields }) => fields[0]?.path)]).toEqual([500, ['list']]);
  });

  it('is counted', async () => {
    const health = new SourceHealth({ monotonic: () => 0, utc: () => UTC });
    await receive([{ value: mapped({ list }) }], { map: EACH, health });
    expect(health.list()).toMatchObject([{ received: 2, notOurs: 1, quarantined: 0 }]);
  });
});

describe('what is left out of documents', () => {
  const told = async (document: object, map: FieldMap, answer?: Admission) => {
    const health = new SourceHealth({ monotonic: () => 0, utc: () => UTC });
    const { agent } = anAgent();
    if (answer) Object.assign(agent, { admit: async () => answer });
    await receiveDocuments(agent, INTAKE, [{ value: document }], { map, health });
    return health.leftOut
      .rows(INTAKE)
      .map(({ why, path, how, count, examples }) => [why, path, how, count, examples[0]?.text]);
  };

  it('is told: what is not ours, by the place that says so', async () => {
    expect(await told(mapped({ kind: 'flow' }), { ...MAP, only: { kind: 'alert' } })).toEqual([
      ['not_ours', 'kind', 'other', 1, 'flow'],
    ]);
    expect(await told(mapped({ list: [] }), { ...MAP, each: 'list' })).toEqual([
      ['not_ours', 'list', 'empty', 1, undefined],
    ]);
  });

  it('is told: mended details, words that name nothing, and an event without any entity', async () => {
    const map: FieldMap = { ...MAP, 'process.pid': 'pid', 'user.name': 'user' };
    expect(await told(mapped({ pid: -1, user: '-' }), map)).toEqual([
      ['mended', 'process.pid', 'left_out', 1, '-1'],
      ['placeholder', 'user.name', undefined, 1, '-'],
    ]);
    expect(await told({ '@timestamp': NOW }, { ...MAP, 'source.ip': 'gone' })).toEqual([
      ['no_entity', '', undefined, 1, undefined],
    ]);
  });

  it('is told: originals that are cut, what is in quarantine, and events beyond the most', async () => {
    expect(await told(mapped({ long: 'x'.repeat(60_001) }), MAP)).toEqual([['cut', '', undefined, 1, undefined]]);
    expect(await told({ src: '203.0.113.7' }, MAP)).toEqual([['quarantined', 'timestamp', undefined, 1, 'is missing']]);
    const many = Array.from({ length: 507 }, (_, n) => ({ n }));
    expect(await told(mapped({ list: many }), { ...MAP, each: 'list' })).toEqual([
      ['beyond', 'list', undefined, 7, undefined],
      ['quarantined', 'list', undefined, 1, 'has 507 events, more than 500; 7 of them were not taken'],
    ]);
  });

  it.each<[note: string, answer: Admission]>([
    ['a duplicate was told of before', { kind: 'duplicate', case_id: 'c', content: aCase() }],
    ['what was not taken comes again', { kind: 'unavailable', why: 'away' }],
    ['what is switched off is counted as such', { kind: 'switched_off' }],
  ])('is not told twice: %s', async (_, answer) => {
    expect(await told(mapped({ pid: -1 }), { ...MAP, 'process.pid': 'pid' }, answer)).toEqual([]);
  });
});

describe('what was read in a text that the source passes on', () => {
  const TEXT: FieldMap = { ...MAP, parse: 'm', severity: { path: ['m.sev', 'sev'] }, tags: 'm.tags' };
  const heard = async (value: object, rules: DocumentRules = {}, map: FieldMap = TEXT) => {
    const { agent, admitted } = anAgent();
    const grants = { of: () => ({ grant: LOGS_DO_NOT_SPEAK, version: 1, digest: 'd' }) };
    Object.assign(agent.parts, { grants });
    await receiveDocuments(agent, INTAKE, [{ value, id: 'd1', index: 'logs' }], { map, ...rules });
    return admitted[0]?.voice;
  };

  it('carries no authority, also where a field of the source itself has some', async () => {
    const m = JSON.stringify({ sev: 'critical', tags: ['T1110'], list: [{ sev: 'critical', tags: ['attack.t1110'] }] });
    const voice = await heard(mapped({ m }));
    expect(voice).toMatchObject({
      origins: { severity: 'claimed', tags: 'claimed', confidence: 'granted' },
      counts: { severity: 'medium' },
      tags_left: ['attack.t1110'],
      read: { places: { severity: 'document', tags: 'document', confidence: 'wire' } },
    });
    const each = { ...TEXT, each: 'm.list', severity: { path: ['sev'] }, tags: 'tags' };
    expect(await heard(mapped({ m }), {}, each)).toMatchObject({ origins: { severity: 'claimed', tags: 'claimed' } });
  });

  it('has none in the document of an index, whatever the map does', async () => {
    const map: FieldMap = { ...MAP, each: 'list', severity: { path: 'sev', value: 'high' }, tags: 'tags' };
    const value = mapped({ list: [{ sev: 'critical', tags: ['T1110'] }] });
    const voice = await heard(value, { readHere: true }, map);
    expect(voice).toMatchObject({ origins: { severity: 'claimed', tags: 'claimed', confidence: 'claimed' } });
  });

  it('leaves the authority of what the source itself says', async () => {
    const value = mapped({ sev: 'high', m: '{}' });
    expect(await heard(value)).toMatchObject({ origins: { severity: 'granted' } });
    const list = { ...MAP, each: 'list', severity: { path: 'sev' } };
    expect(await heard(mapped({ list: [{ sev: 'high' }] }), {}, list)).toMatchObject({
      origins: { severity: 'granted' },
    });
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

  it('is refused where it is an outcome that was told, also as one of a list', async () => {
    const outcome = { ...mapped(), reflex_outcome: 'v1', key: 'command:c1#3' };
    const alone = await receive([{ value: { ...anEvent(), reflex_outcome: 'v1' } }, { value: outcome }]);
    const listed = await receive([{ value: { records: [outcome, mapped()] } }], { map: { ...MAP, each: 'records' } });
    expect([alone.admitted, alone.refused.length, listed.admitted.length, listed.refused.length]).toEqual([
      [],
      2,
      1,
      1,
    ]);
    expect(alone.refused[0]?.fields).toMatchObject([{ path: 'reflex_outcome' }]);
  });

  it('is nothing that a log only says: a mark deeper in the document hides nothing', async () => {
    const { admitted } = await receive([{ value: mapped({ log: { reflex_outcome: 'v1' } }) }], { map: MAP });
    expect(admitted).toHaveLength(1);
  });

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

describe('a detection that its source has closed', () => {
  const CLOSED: FieldMap = { ...MAP, state: 'status' };
  const stateOf = async (rules: DocumentRules, index?: string) => {
    const document = { value: mapped({ status: 'closed' }), ...(index === undefined ? {} : { index }) };
    return (await receive([document], { map: CLOSED, ...rules })).first?.source_state;
  };

  it('is closed by what the source itself sends', async () => {
    expect(await stateOf({})).toBe('completed');
  });

  it('is closed by a document of an index only where an admin declared the index', async () => {
    expect(await stateOf({ readHere: true }, 'alerts')).toBe('completed');
    const { agent, admitted } = anAgent();
    Object.assign(agent.parts, { grants: nothingGranted });
    const documents = [{ value: mapped({ status: 'closed' }), index: 'alerts' }];
    await receiveDocuments(agent, INTAKE, documents, { map: CLOSED, readHere: true });
    expect(admitted.map(({ source_state }) => source_state)).toEqual([undefined]);
  });

  it('differs from the same one that is open', async () => {
    const values = [mapped({ status: 'open' }), mapped({ status: 'closed' })].map((value) => ({ value, id: 'a' }));
    const { admitted } = await receive(values, { map: CLOSED, repetition: 'update' });
    expect(new Set(admitted.map(({ case_id }) => case_id)).size).toBe(1);
    expect(new Set(admitted.map(({ digest }) => digest)).size).toBe(2);
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
    [{ kind: 'not_ours' }, ['not_ours']],
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
