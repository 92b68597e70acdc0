import { decode } from '../../../../common/codec/decode';
import { DetectionEvent, type Mended } from '../../../../common/flow/event';
import type { FieldMap } from '../field_map';
import { mapFields, mapPart } from './map_fields';
import { splitDocument } from './split_document';

const NOW = Date.parse('2026-11-28T11:05:00.000Z');
const whole = (map: FieldMap, document: object) => mapFields(map, document, NOW);

const OWN: FieldMap = { event_id: 'id', timestamp: 'ts', severity: 'sev', confidence: 'conf' };
const own = (more: object = {}) => ({ id: 'e1', ts: '2026-11-28T11:04:44Z', sev: 'high', conf: 0.9, ...more });

describe('several values', () => {
  it.each<[note: string, map: FieldMap, document: object, wanted: object, mended: readonly Mended[]]>([
    [
      'count as the first, and the others are told',
      { 'user.name': 'u' },
      { u: ['a', 'b', 'c'] },
      { user: { name: 'a' } },
      [{ path: 'user.name', how: 'several', left: 2 }],
    ],
    ['that are equal are one', { 'user.name': 'u' }, { u: ['a', 'a'] }, { user: { name: 'a' } }, []],
    [
      'count as the first that names something',
      { 'source.ip': 'a.ip' },
      { a: [{}, { ip: '-' }, { ip: '203.0.113.7' }] },
      { source: { ip: '203.0.113.7' } },
      [],
    ],
    [
      'count as the first of the kind that is asked for',
      { 'source.ip': { path: 'e.v', where: { Type: 'IP' } }, 'user.name': { path: 'e.v', where: { Type: ['user'] } } },
      {
        e: [
          { Type: 'host', v: 'h' },
          { Type: 'ip', v: '203.0.113.7' },
          { Type: 'user', v: 'ana' },
        ],
      },
      { source: { ip: '203.0.113.7' }, user: { name: 'ana' } },
      [],
    ],
    [
      'may be filtered by the list around them',
      { 'user.name': { path: 'l.m.v', where: { k: 'x' } } },
      {
        l: [
          { k: 'y', m: [{ v: 'no' }] },
          { k: 'x', m: [{ v: 'yes' }] },
        ],
      },
      { user: { name: 'yes' } },
      [],
    ],
    ['of no such kind are none', { src_host: { path: 'e.v', where: { Type: 'ip' } } }, { e: [{ v: 'h' }] }, {}, []],
    [
      'in one text are told apart',
      { 'source.ip': { path: 'xff', split: ',' } },
      { xff: '203.0.113.7, 10.0.0.1' },
      { source: { ip: '203.0.113.7' } },
      [{ path: 'source.ip', how: 'several', left: 1 }],
    ],
  ])('%s', (_, map, document, ...[wanted, mended]) => {
    const made = whole(map, document);
    expect(made.candidate).toEqual({ ...wanted, confidence: 0.5 });
    expect([made.mended, made.faults]).toEqual([mended, []]);
  });
});

describe('tags', () => {
  it.each<[note: string, rule: NonNullable<FieldMap['tags']>, document: object, tags: readonly string[] | undefined]>([
    ['are those of the first place', { path: ['a', 'b'] }, { a: ['x'], b: ['y'] }, ['x']],
    ['are those of all places', { path: ['a', 'b', 'c'], all: true }, { a: ['x', 'y'], c: 'y' }, ['x', 'y']],
    ['of two lists', 't.x.id', { t: [{ x: [{ id: 'a' }] }, { x: [{ id: 'b' }, { id: 'c' }] }] }, ['a', 'b', 'c']],
    ['in one text', { path: 'a', split: ',' }, { a: 'x, y,,z ' }, ['x', 'y', 'z']],
    [
      'are translated each',
      { path: 'a', values: { T1: 'attack.t1110', b: 'c' } },
      { a: ['t1', 'b', 'd'] },
      ['attack.t1110', 'c', 'd'],
    ],
    ['may be said by the map', { path: 'a', value: 'x' }, {}, ['x']],
    ['are none where there are none', 'a', { a: [] }, undefined],
  ])('%s', (_, rule, document, tags) => expect(whole({ tags: rule }, document).candidate.tags).toEqual(tags));

  it('that the wire does not take are left out and counted', () => {
    const { candidate, mended, faults } = whole({ tags: 'a' }, { a: ['x', { y: 1 }, 'z'.repeat(300), 7] });
    expect([candidate.tags, mended, faults]).toEqual([['x', '7'], [{ path: 'tags', how: 'several', left: 2 }], []]);
    const many = whole({ tags: 'a' }, { a: Array.from({ length: 70 }, (_, n) => `t${n}`) });
    expect(many.candidate.tags).toHaveLength(64);
    expect(many.mended).toEqual([{ path: 'tags', how: 'several', left: 6 }]);
  });
});

describe('a detail that does not fit', () => {
  const SYSMON = `SHA1=${'a'.repeat(40)},MD5=${'b'.repeat(32)},SHA256=${'c'.repeat(64)},IMPHASH=${'d'.repeat(32)}`;
  const LONG = 'x'.repeat(5_000);

  it.each<[note: string, map: FieldMap, document: object, event: object, mended: readonly Mended[]]>([
    [
      'a confidence that is no number',
      {},
      { conf: 'NaN' },
      { confidence: 0.5 },
      [{ path: 'confidence', how: 'left_out', text: 'NaN' }],
    ],
    [
      'a confidence on another scale',
      {},
      { conf: 85 },
      { confidence: 0.5 },
      [{ path: 'confidence', how: 'left_out', text: '85' }],
    ],
    [
      'a confidence below nothing',
      {},
      { conf: -0.1 },
      { confidence: 0.5 },
      [{ path: 'confidence', how: 'left_out', text: '-0.1' }],
    ],
    ['a process id', { 'process.pid': 'pid' }, { pid: -1 }, {}, [{ path: 'process.pid', how: 'left_out', text: '-1' }]],
    [
      'part of a process id',
      { 'process.pid': 'pid' },
      { pid: 1.5 },
      {},
      [{ path: 'process.pid', how: 'left_out', text: '1.5' }],
    ],
    ['a path', { 'file.path': 'p' }, { p: LONG }, {}, [{ path: 'file.path', how: 'left_out', text: 'x'.repeat(256) }]],
    ['a host', { src_host: 'h' }, { h: LONG }, {}, [{ path: 'src_host', how: 'left_out', text: 'x'.repeat(256) }]],
    [
      'a user that is an object',
      { 'user.name': 'u' },
      { u: { n: 1 } },
      {},
      [{ path: 'user.name', how: 'left_out', text: 'an object' }],
    ],
    ['an end of a text', { src_host: 'h' }, { h: 'a\0b' }, {}, [{ path: 'src_host', how: 'left_out', text: 'ab' }]],
    ['a status', { 'rule.status': 's' }, { s: 'good' }, {}, [{ path: 'rule.status', how: 'left_out', text: 'good' }]],
    [
      'an origin',
      { 'rule.origin': 'o' },
      { o: LONG },
      {},
      [{ path: 'rule.origin', how: 'left_out', text: 'x'.repeat(256) }],
    ],
    [
      'the name of a rule',
      { 'rule.name': 'n' },
      { n: LONG },
      { rule: { name: 'x'.repeat(256) } },
      [{ path: 'rule.name', how: 'cut', text: 'x'.repeat(256) }],
    ],
    [
      'several hashes',
      { 'file.hash': 'h' },
      { h: SYSMON },
      { file: { hash: 'c'.repeat(64) } },
      [{ path: 'file.hash', how: 'several', left: 3 }],
    ],
    [
      'a hash with its name',
      { 'file.hash': 'h' },
      { h: `MD5=${'b'.repeat(32)}` },
      { file: { hash: 'b'.repeat(32) } },
      [],
    ],
    [
      'no hash that is known',
      { 'file.hash': 'h' },
      { h: `IMPHASH=${'b'.repeat(32)}` },
      {},
      [{ path: 'file.hash', how: 'left_out', text: `IMPHASH=${'b'.repeat(32)}` }],
    ],
    [
      'a policy that is to be the only one',
      { policy_scope: 'p' },
      { p: { x: 1 } },
      { policy_scope: '(unreadable)' },
      [{ path: 'policy_scope', how: 'fallback', text: 'an object' }],
    ],
  ])('%s does not stop the whole', (_, map, document, ...[event, mended]) => {
    const made = whole({ ...OWN, ...map }, own(document));
    expect([made.faults, made.mended]).toEqual([[], mended]);
    const checked = decode(DetectionEvent, made.candidate);
    const base = { event_id: 'e1', timestamp: '2026-11-28T11:04:44.000Z', severity: 'high', confidence: 0.9 };
    expect(checked).toEqual({ ok: true, value: { ...base, ...event } });
  });

  it('leaves a confidence nobody said', () => {
    expect(whole(OWN, own({ conf: 'high' })).uncalibrated).toBe(true);
    expect(whole(OWN, own()).uncalibrated).toBe(false);
  });

  it.each([
    ['85%', {}, 0.85],
    [' 7.5 % ', {}, 0.075],
    ['85%', { divide_by: 100 }, 0.85],
    ['high', { values: { high: 0.9 } }, 0.9],
    ['100%', {}, 1],
  ])('reads the confidence %p with %j', (conf, rule, wanted) => {
    const made = whole({ ...OWN, confidence: { path: 'conf', ...rule } }, own({ conf }));
    expect([made.candidate.confidence, made.mended, made.uncalibrated]).toEqual([wanted, [], false]);
  });

  it('stops the whole where it is identity, time or severity', () => {
    const { faults } = whole(OWN, own({ id: {}, ts: 'soon', sev: 'unknown' }));
    expect(faults.map(({ path }) => path)).toEqual(['event_id', 'timestamp', 'severity']);
  });
});

describe('a severity', () => {
  const words = (severity: string, ...all: readonly string[]) => all.map((word) => [word, severity] as const);
  it.each([
    ...words('critical', 'Emergency', 'emerg', 'Alert', 'Critical', 'crit', 'FATAL', 'severe'),
    ...words('high', 'Error', 'err', 'High', 'major'),
    ...words('medium', 'Warning', 'warn', 'moderate', 'MEDIUM'),
    ...words('low', 'Notice', 'Informational', 'info', 'Debug', 'Low', 'minor'),
  ])('%s is %s', (word, severity) => {
    expect(whole(OWN, own({ sev: word })).candidate.severity).toBe(severity);
  });

  it.each(['unknown', 'none', 'unknownFutureValue', '7'])('is not told by %s', (word) => {
    expect(whole(OWN, own({ sev: word })).faults).toHaveLength(1);
  });

  it.each<[note: string, given: object, mended: readonly Mended[]]>([
    ['a word that is not known', { sev: 'none' }, [{ path: 'severity', how: 'fallback', text: 'none' }]],
    ['none at all', { sev: undefined }, [{ path: 'severity', how: 'fallback' }]],
  ])('falls back for %s, and says so', (_, given, mended) => {
    const made = whole({ ...OWN, severity: { path: 'sev', fallback: 'high' } }, own(given));
    expect([made.candidate.severity, made.mended, made.faults]).toEqual(['high', mended, []]);
  });
});

describe('a time', () => {
  it.each([undefined, 'soon'])('falls back to that of receipt for %p, where the map allows it', (ts) => {
    const made = whole({ ...OWN, timestamp: { path: 'ts', fallback: 'received_at' } }, own({ ts }));
    expect(made.candidate.timestamp).toBe('2026-11-28T11:05:00.000Z');
    expect(made.mended).toMatchObject([{ path: 'timestamp', how: 'fallback' }]);
  });
});

describe('an event of a list', () => {
  const events = (map: FieldMap, document: object) =>
    splitDocument(map, document).parts.map((part) => mapPart(map, part, NOW));

  it('has its own id, or one that is made of what is its own', () => {
    const map: FieldMap = { each: 'l', event_id: 'id' };
    const list = [{ id: 'a' }, { n: 1 }, { n: 2 }];
    const ids = (document: object) => events(map, document).map(({ candidate }) => candidate.event_id);
    const [one, two, three] = ids({ id: 'group', l: list });
    expect([one, two, three]).toEqual(['a', expect.stringMatching(/^group\|[0-9a-f]{32}$/), expect.anything()]);
    expect(two).not.toBe(three);
    // The same element comes again, in another place of the list.
    expect(ids({ id: 'group', l: [{ n: 2 }] })).toEqual([three]);
    expect(ids({ id: 'other', l: [{ n: 2 }] })).not.toEqual([three]);
  });

  it('has what stands around the list', () => {
    const map: FieldMap = { each: 'l', severity: 'sev', 'rule.name': 'l.name' };
    const made = events(map, { sev: 'low', l: [{ sev: 'high', name: 'x' }, { name: 'y' }] });
    expect(made.map(({ candidate }) => [candidate.severity, candidate.rule])).toEqual([
      ['high', { name: 'x' }],
      ['low', { name: 'y' }],
    ]);
  });
});
