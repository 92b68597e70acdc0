import fc from 'fast-check';
import { randomRuns } from '../../../test/builders/random_runs';
import { jsonFaultAt } from './json_fault_place';
import { pastedDocuments } from './pasted_documents';

describe('documents that a person pastes', () => {
  it.each<[note: string, text: string, documents: readonly object[]]>([
    ['one', '{ "a": 1 }', [{ value: { a: 1 } }]],
    ['one over several lines', '{\n  "a": 1\n}\n', [{ value: { a: 1 } }]],
    ['an array', '[{"a":1}, {"a":2}]', [{ value: { a: 1 } }, { value: { a: 2 } }]],
    [
      'lines',
      '{"a":1}\r\n\n{"a":2}\n',
      [
        { value: { a: 1 }, line: 1 },
        { value: { a: 2 }, line: 3 },
      ],
    ],
    ['digits beyond 2^53', '{"a":9007199254740993}', [{ value: { a: '9007199254740993' } }]],
    ['what is no object', '7', [{ value: 7 }]],
  ])('are %s', (_, text, documents) => expect(pastedDocuments(text)).toEqual({ ok: true, value: documents }));

  it.each<[note: string, text: string, faults: ReadonlyArray<readonly [path: string, message: RegExp]>]>([
    ['nothing', ' \n ', [['text', /is empty/]]],
    ['a comma too many', '{\n  "a": 1,\n}', [['line 3', /^is not JSON from column 1 on/]]],
    ['a value without quotes', '{\n  "a": 1,\n  "b": flow\n}', [['line 3', /column 8 on/]]],
    ['an end that is missing', '{\n  "a": [1', [['line 2', /column 10 on/]]],
    ['words', 'hello', [['line 1', /column 1 on/]]],
    ['a field that is named twice', '{"a":1,"a":2}', [['line 1', /names a field twice/]]],
    ['nesting without end', '['.repeat(100), [['line 1', /nested deeper/]]],
    [
      'lines of which some are no JSON',
      '{"a":1}\nhello\n{"a":1}\n{"a":1,"a":2}',
      [
        ['line 2', /column 1 on/],
        ['line 4', /twice/],
      ],
    ],
  ])('are refused by their line: %s', (_, text, faults) => {
    const read = pastedDocuments(text);
    expect(read.ok).toBe(false);
    expect(!read.ok && read.error).toEqual(
      faults.map(([path, message]) => ({ path, message: expect.stringMatching(message) as string })),
    );
  });

  it('tell of at most 20 bad lines', () => {
    const read = pastedDocuments(`{}\n${'x\n'.repeat(500)}`);
    expect(!read.ok && read.error).toHaveLength(20);
  });
});

describe('the place from which on a text is no JSON', () => {
  it('is the end of every text that is', () =>
    fc.assert(
      fc.property(fc.json(), fc.constantFrom('', ' ', '\n'), (text, space) =>
        expect(jsonFaultAt(text + space)).toBe(text.length + space.length),
      ),
      { numRuns: randomRuns(300) },
    ));

  it('is never behind what is cut off or wrong', () =>
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), fc.nat(), (text, at) => {
        const cut = at % (text.length + 1);
        expect(jsonFaultAt(`${text.slice(0, cut)}§`)).toBeLessThanOrEqual(cut + 1);
      }),
      { numRuns: randomRuns(300) },
    ));
});
