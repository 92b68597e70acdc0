import fc from 'fast-check';
import type { Grant } from '../../../common/flow/voice';
import { anEvent } from '../../../test/builders/events';
import type { Intake } from '../../../common/flow/intake';
import {
  EVERYTHING_GRANTED,
  fitsPattern,
  saidByDocument,
  saidOnWire,
  voiceOf,
  whereSaid,
  type Granted,
  type Said,
} from './voice';

const EVENT = anEvent({
  confidence: 0.95,
  severity: 'critical',
  tags: ['attack.t1071', 'asset:crown-jewel'],
  rule: { id: 'r', name: 'n', origin: 'known_ioc', status: 'stable' },
});
const granted = (grant: Partial<Grant>): Granted => ({
  grant: { reason: 'a test', ...grant },
  version: 3,
  digest: 'd',
});

describe('a field that was mended', () => {
  const EVERYTHING = granted({ confidence: {}, severity: {}, tags: {}, rule: { id: true, name: true } });

  it.each(['confidence', 'severity', 'tags', 'rule.id', 'rule.name'] as const)("is nobody's word: %s", (path) => {
    const voice = voiceOf(EVENT, saidOnWire, EVERYTHING, { mended: [{ path, how: 'several', left: 1 }] });
    const fields = ['confidence', 'severity', 'tags', 'rule.id', 'rule.name'] as const;
    expect(fields.filter((each) => voice.origins[each] === 'claimed')).toEqual([path]);
    if (path === 'tags') expect(voice.tags_left).toEqual(EVENT.tags);
  });

  it('takes no authority from others', () => {
    const voice = voiceOf(EVENT, saidOnWire, EVERYTHING, { mended: [{ path: 'process.pid', how: 'left_out' }] });
    expect(Object.values(voice.origins).filter((each) => each === 'granted')).toHaveLength(5);
  });
});

it.each(['attack.', 'T', 't1071', 'attack.T1071'])(
  'a grant of tags like %s means a technique in each spelling',
  (like) => {
    expect(voiceOf(EVENT, saidOnWire, granted({ tags: { like: [like] } })).tags_left).toEqual(['asset:crown-jewel']);
  },
);

describe('the voice of an event', () => {
  it('is claimed altogether where nobody granted anything', () =>
    expect(voiceOf(EVENT, saidOnWire, undefined)).toEqual({
      origins: {
        confidence: 'claimed',
        severity: 'claimed',
        tags: 'claimed',
        'rule.id': 'claimed',
        'rule.name': 'claimed',
        'rule.origin': 'claimed',
        'rule.status': 'claimed',
      },
      counts: { confidence: 0.5, severity: 'medium' },
      tags_left: EVENT.tags,
    }));

  it('is granted field by field, and names the grant', () => {
    const voice = voiceOf(EVENT, saidOnWire, granted({ severity: {}, rule: { origin: ['known_ioc'] } }));
    expect(voice.origins).toMatchObject({
      severity: 'granted',
      'rule.origin': 'granted',
      'rule.id': 'claimed',
      confidence: 'claimed',
    });
    expect([voice.grant, voice.counts]).toEqual([{ version: 3, digest: 'd' }, { confidence: 0.5 }]);
  });

  it.each<[Partial<Grant>, object | undefined]>([
    [
      { confidence: { most: 0.9 }, severity: { most: 'high' } },
      { confidence: 0.9, severity: 'high' },
    ],
    [{ confidence: {}, severity: {} }, undefined],
    [{ confidence: { most: 0.99 }, severity: { most: 'critical' } }, undefined],
    [{ floor: { confidence: 0.3, severity: 'low' } }, { confidence: 0.3, severity: 'low' }],
  ])('counts under %j as %j', (grant, counts) =>
    expect(voiceOf(EVENT, saidOnWire, granted(grant)).counts).toEqual(counts),
  );

  it.each<[NonNullable<Grant['rule']>, string]>([
    [{ origin: ['other'] }, 'claimed'],
    [{ origin: ['other', '*'] }, 'granted'],
    [{}, 'claimed'],
  ])('lets a rule name the origins of %j: %s', (rule, origin) =>
    expect(voiceOf(EVENT, saidOnWire, granted({ rule })).origins['rule.origin']).toBe(origin),
  );

  it('takes the tags of its vocabulary, and leaves the others', () =>
    expect(voiceOf(EVENT, saidOnWire, granted({ tags: {} }))).toMatchObject({
      origins: { tags: 'granted' },
      tags_left: ['asset:crown-jewel'],
    }));

  it('never is granted what stands in a matched document, but in an index that an admin declared', () => {
    const all = { ...EVERYTHING_GRANTED.grant, detections: ['det-*'] };
    const originsIn = (index: string | undefined) =>
      new Set(Object.values(voiceOf(EVENT, saidByDocument(index), granted(all)).origins));
    expect(originsIn('logs-app')).toEqual(new Set(['claimed']));
    expect(originsIn(undefined)).toEqual(new Set(['claimed']));
    expect(originsIn('det-edr')).toEqual(new Set(['granted']));
  });

  it('leaves tags that only the matched document has', () => {
    const said = { ...saidOnWire, documentTags: ['attack.t1071'], index: 'logs' };
    expect(voiceOf(EVENT, said, granted({ tags: { like: [''] } })).tags_left).toEqual(['attack.t1071']);
  });

  it('grants no confidence that nobody said', () =>
    expect(voiceOf(EVENT, saidOnWire, EVERYTHING_GRANTED, { uncalibrated: true }).origins.confidence).toBe('claimed'));

  it.each([
    { unverified: true },
    { handed: { by: 'ann', from: { type: 'webhook' as const, id: 'siem' }, changed: [] } },
  ])('is granted to nobody with %j', (notes) => {
    const { origins, grant } = voiceOf(EVENT, saidOnWire, EVERYTHING_GRANTED, notes);
    expect([grant, new Set(Object.values(origins))]).toEqual([undefined, new Set(['claimed'])]);
  });
});

describe('where the fields of a kept event were read', () => {
  const ofAlert: Said = {
    places: { ...saidByDocument(undefined).places, severity: 'envelope', tags: 'envelope', 'rule.id': 'envelope' },
    documentTags: ['attack.t1059'],
    index: 'logs-1',
  };
  const sources: ReadonlyArray<readonly [Intake['type'], Said]> = [
    ['webhook', saidOnWire],
    ['asker', saidOnWire],
    ['index', saidByDocument('detections-1')],
    ['index', saidByDocument(undefined)],
    ['alerting', ofAlert],
  ];

  it.each(sources)('is kept, so that any other grant counts as if it had been given before: %s %j', (type, said) => {
    const event = { ...EVENT, tags: ['attack.t1059', 'attack.t1110', 'other'] };
    const voice = voiceOf(event, said, undefined);
    const kept = whereSaid({ intake: { type, id: 'x' }, voice });
    const grants: ReadonlyArray<Granted | undefined> = [
      undefined,
      EVERYTHING_GRANTED,
      granted({ severity: {}, tags: {}, rule: { id: true } }),
      granted({ confidence: {}, tags: {}, detections: ['detections-*'] }),
    ];
    expect(kept).toBeDefined();
    for (const grant of grants) expect(voiceOf(event, kept ?? saidOnWire, grant)).toEqual(voiceOf(event, said, grant));
  });

  it.each([
    ['webhook', true],
    ['kafka', true],
    ['rabbitmq', true],
    ['asker', true],
    ['index', false],
    ['alerting', false],
    ['detector', false],
    ['analyst', false],
  ] as const)('is told of a %s that an earlier version took in: %p', (type, known) => {
    const { read: _read, ...earlier } = voiceOf(EVENT, saidByDocument('a'), undefined);
    for (const voice of [{ voice: earlier }, {}])
      expect(whereSaid({ intake: { type, id: 'x' }, ...voice })).toEqual(known ? saidOnWire : undefined);
  });
});

describe('an index pattern', () => {
  it.each([
    ['logs-*', 'logs-app', true],
    ['logs-*', 'xlogs-app', false],
    ['*-edr', 'det-edr', true],
    ['a*a', 'a', false],
    ['a*b*c', 'a1b2c', true],
    ['a*bc*c', 'abc', false],
    ['logs.app', 'logsxapp', false],
    ['*', '', true],
  ])('%s fits %s: %p', (pattern, name, fits) => expect(fitsPattern(pattern, name)).toBe(fits));

  it('fits as a regular expression would', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 6 });
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 5 });
    fc.assert(
      fc.property(pattern, word, (of, name) => {
        expect(fitsPattern(of, name)).toBe(new RegExp(`^${of.replaceAll('*', '.*')}$`).test(name));
      }),
    );
  });
});
