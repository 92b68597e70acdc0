import { randomRuns } from '../../../../test/builders/random_runs';
import fc from 'fast-check';
import { digestOf } from '../../digest/digest';
import { valuesAt } from './places';
import { splitDocument, MOST_ELEMENTS, type Part } from './split_document';

const at = (part: Part | undefined, path: string): readonly unknown[] =>
  (part?.at(path) ?? []).map(({ value }) => value);

describe('values at a place', () => {
  it.each<[note: string, document: unknown, path: string, values: readonly unknown[]]>([
    ['of the elements that have it', { a: [{ b: 1 }, {}, { b: 2 }] }, 'a.b', [1, 2]],
    ['through two lists', { a: [{ b: [{ c: 1 }, { c: 2 }] }, { b: [{ c: 3 }] }] }, 'a.b.c', [1, 2, 3]],
    ['of a list of values', { a: { b: [1, 2] } }, 'a.b', [1, 2]],
    ['by a name with dots in a list', { 'a.b': [{ 'c.d': 1 }] }, 'a.b.c.d', [1]],
    ['in the form that has some', { 'a.b': null, a: { b: 7 } }, 'a.b', [7]],
    ['that are empty are not there', { a: ['', null, [], 0, false] }, 'a', [0, false]],
    ['of what is no own field', { a: 1 }, 'constructor.name', []],
  ])('%s', (_, document, path, values) => expect(valuesAt(document, path).map(({ value }) => value)).toEqual(values));

  it('are looked for in a bounded number of steps', () => {
    const wide = { a: Array.from({ length: 1_000_000 }, () => ({})) };
    expect(valuesAt(wide, 'a.b')).toEqual([]);
    const deep = { a: Array.from({ length: 300 }, () => ({ b: Array.from({ length: 300 }, (_, c) => ({ c })) })) };
    expect(valuesAt(deep, 'a.b.c').length).toBeLessThan(2_000);
  });
});

const GROUP = {
  status: 'firing',
  sender: 'am',
  alerts: [
    { id: 'a', status: 'resolved', labels: { ip: '203.0.113.1' } },
    { id: 'b', labels: { ip: ['203.0.113.2'] } },
    { id: 'c', sender: 'own', status: 'FIRING' },
  ],
};

describe('a document that is split', () => {
  it('has a part for each element, which sees itself first and then what stands around it', () => {
    const { parts, notOurs, fault } = splitDocument({ each: 'alerts' }, GROUP);
    expect(parts.map((part) => at(part, 'id'))).toEqual([['a'], ['b'], ['c']]);
    expect(parts.map((part) => at(part, 'sender'))).toEqual([['am'], ['am'], ['own']]);
    expect([notOurs, fault]).toEqual([[], undefined]);
  });

  it('never sees another element, by whatever path', () => {
    const { parts } = splitDocument({ each: 'alerts' }, GROUP);
    expect(parts.map((part) => at(part, 'alerts.labels.ip'))).toEqual([['203.0.113.1'], ['203.0.113.2'], []]);
    const nested = { records: [{ host: 'h1', list: [{ n: 1 }, { n: 2 }] }, { list: [{ n: 3 }] }] };
    const two = splitDocument({ each: 'records.list' }, nested).parts;
    expect(two.map((part) => [at(part, 'n'), at(part, 'records.list.n'), at(part, 'records.host')])).toEqual([
      [[1], [1], ['h1']],
      [[2], [2], ['h1']],
      [[3], [3], []],
    ]);
    expect(two[2]?.whole()).toEqual({ records: [{ list: [{ n: 3 }] }] });
  });

  it('keeps what is not for Reflex apart', () => {
    const { parts, notOurs } = splitDocument({ each: 'alerts', only: { status: 'firing' } }, GROUP);
    expect([parts.map((part) => at(part, 'id')), notOurs]).toEqual([
      [['b'], ['c']],
      [{ path: 'status', why: 'other', text: 'resolved' }],
    ]);
  });

  it.each<[note: string, only: Record<string, string | number | boolean | string[]>, ours: boolean]>([
    ['one of several words, in any case', { kind: ['flow', 'ALERT'] }, true],
    ['another word', { kind: 'flow' }, false],
    ['a place that is not there', { sort: 'alert' }, false],
    ['a number as a text', { level: '7' }, true],
    ['a truth', { live: true }, true],
    ['all of several places', { kind: 'alert', level: 8 }, false],
    ['one of a list', { groups: 'b' }, true],
  ])('is for Reflex or not by %s', (_, only, ours) => {
    const document = { kind: 'alert', level: 7, live: true, groups: ['a', 'b'] };
    const { parts, notOurs } = splitDocument({ only }, document);
    expect([parts.length, notOurs.length]).toEqual(ours ? [1, 0] : [0, 1]);
  });

  it.each<[note: string, document: unknown, parts: number, notOurs: number, fault: boolean]>([
    ['one that is no list', { alerts: { id: 1 } }, 1, 0, false],
    ['no element', { alerts: [] }, 0, 1, false],
    ['no list', { other: 1 }, 0, 0, true],
    ['nothing', null, 0, 0, true],
  ])('may have %s', (_, document, parts, ...[notOurs, isFault]) => {
    const split = splitDocument({ each: 'alerts' }, document);
    expect([split.parts.length, split.notOurs.length, split.fault !== undefined]).toEqual([parts, notOurs, isFault]);
  });

  it('without its list is not ours where that is said', () => {
    expect(splitDocument({ each: 'alerts', only: { kind: 'alert' } }, { kind: 'ping' })).toEqual({
      parts: [],
      notOurs: [{ path: 'kind', why: 'other', text: 'ping' }],
    });
  });

  it.each<[note: string, only: Record<string, string>, document: unknown, why: object]>([
    ['what stands there instead', { a: 'x' }, { a: ['y', 'z'] }, { path: 'a', why: 'other', text: 'y, z' }],
    ['that it is an object', { a: 'x' }, { a: { b: 1 } }, { path: 'a', why: 'other', text: 'an object' }],
    ['that nothing stands there', { a: 'x' }, { b: 1 }, { path: 'a', why: 'missing' }],
    ['the first place that differs', { a: 'x', b: 'y' }, { a: 'X', b: 'n' }, { path: 'b', why: 'other', text: 'n' }],
    [
      'only the beginning of it',
      { a: 'x' },
      { a: 'y'.repeat(999) },
      { path: 'a', why: 'other', text: 'y'.repeat(256) },
    ],
  ])('says why it is not ours: %s', (_, only, document, why) =>
    expect(splitDocument({ only }, document).notOurs).toEqual([why]),
  );

  it('says of a list without events that it has none', () =>
    expect(splitDocument({ each: 'alerts' }, { alerts: [] }).notOurs).toEqual([{ path: 'alerts', why: 'empty' }]));

  it('has at most 500 events, and tells of the rest', () => {
    const list = (length: number) => ({ a: Array.from({ length }, (_, n) => ({ n })) });
    expect(splitDocument({ each: 'a' }, list(MOST_ELEMENTS)).fault).toBeUndefined();
    const { parts, fault, beyond } = splitDocument({ each: 'a' }, list(MOST_ELEMENTS + 2));
    expect([parts.length, beyond]).toEqual([MOST_ELEMENTS, 2]);
    expect(fault).toEqual({ path: 'a', message: 'has 502 events, more than 500; 2 of them were not taken' });
  });

  it('gives each part a content of its own: of the element and of what stands around it', () => {
    const digests = (document: unknown) =>
      splitDocument({ each: 'a.b' }, document).parts.map((part) => part.content()?.digest);
    const [one, two, three] = digests({
      t: 1,
      a: [
        { h: 1, b: [{ n: 1 }, { n: 2 }] },
        { h: 2, b: [{ n: 1 }] },
      ],
    });
    expect(new Set([one, two, three]).size).toBe(3);
    expect(digests({ t: 1, a: [{ h: 1, b: [{ n: 1 }] }] })[0]).not.toBe(
      digests({ t: 2, a: [{ h: 1, b: [{ n: 1 }] }] })[0],
    );
    // Another element beside it changes nothing.
    expect(digests({ t: 1, a: [{ h: 1, b: [{ n: 9 }, { n: 1 }] }] })[1]).toBe(one);
    expect(splitDocument({}, GROUP).parts[0]?.content()?.digest).toBe(digestOf(GROUP));
  });
});

describe('JSON in a text', () => {
  const document = { Message: JSON.stringify({ id: 7, list: [{ n: 1 }, { n: 2 }], more: '{"x":1}' }), id: 'outer' };

  it('is read at the places that are named, one level for each', () => {
    const [part] = splitDocument({ parse: 'Message' }, document).parts;
    expect([at(part, 'Message.id'), at(part, 'Message.more.x')]).toEqual([[7], []]);
    const [deeper] = splitDocument({ parse: ['Message', 'Message.more'] }, document).parts;
    expect(at(deeper, 'Message.more.x')).toEqual([1]);
    // Evidence is what came.
    expect(part?.whole()).toBe(document);
  });

  it('can be the list of events, and is read in each element of a list', () => {
    expect(splitDocument({ parse: 'Message', each: 'Message.list' }, document).parts).toHaveLength(2);
    const records = { Records: [{ body: '{"a":1}' }, { body: '{"a":2}' }] };
    const { parts } = splitDocument({ parse: 'Records.body', each: 'Records' }, records);
    expect(parts.map((part) => at(part, 'body.a'))).toEqual([[1], [2]]);
  });

  it('stays a text where it is none, and says so', () => {
    const [part] = splitDocument(
      { parse: ['a', 'b', 'c', 'd'] },
      { a: 'hello', b: '{"x":1,"x":2}', c: '"{}"', d: 5 },
    ).parts;
    expect([at(part, 'a'), at(part, 'b'), at(part, 'c')]).toEqual([['hello'], ['{"x":1,"x":2}'], ['"{}"']]);
    expect(part?.unread).toEqual([
      { path: 'a', message: 'is not JSON' },
      { path: 'b', message: 'names a field twice in one object' },
    ]);
  });

  it('keeps the digits of its numbers', () => {
    const [part] = splitDocument({ parse: 'm' }, { m: '{"n":9007199254740993}' }).parts;
    expect(at(part, 'm.n')).toEqual(['9007199254740993']);
  });

  it('is known as such, however deep it lies', () => {
    const text = JSON.stringify([{ deep: [{ x: 1 }] }, 'bare']);
    const [part] = splitDocument({ parse: 'm' }, { m: text, out: 1 }).parts;
    const inText = (path: string) =>
      part?.at(path).map((found) => {
        const around = [found.value];
        for (let each = found.around; each !== undefined; each = each.outer) around.push(each.at);
        return around.some((each) => part.read.has(each as object));
      });
    expect([inText('m.deep.x'), inText('m'), inText('out')]).toEqual([[true], [true, true], [false]]);
  });
});

it('never throws, whatever the document is', () => {
  const names = fc.constantFrom('a', 'b', 'a.b', '__proto__', 'constructor');
  const paths = fc.array(names, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('.'));
  const documents = fc.oneof(fc.jsonValue(), fc.object({ key: names, maxDepth: 5 }));
  fc.assert(
    fc.property(paths, paths, documents, (parse, each, document) => {
      const { parts } = splitDocument({ parse, each, only: {} }, document);
      for (const part of parts) expect([part.content() !== undefined, part.at(each) !== undefined]).toContain(true);
    }),
    { numRuns: randomRuns(500) },
  );
});
