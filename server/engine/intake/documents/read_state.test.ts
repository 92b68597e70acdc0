import { mapPart } from './map_fields';
import { asOnePart, splitDocument } from './split_document';
import type { FieldMap } from '../field_map';

const MAP: FieldMap = { timestamp: 'at', severity: { value: 'high' } };
const stateIn = (state: FieldMap['state'], document: object) => {
  const map = { ...MAP, ...(state === undefined ? {} : { state }) };
  return mapPart(map, asOnePart({ at: '2026-11-22T10:00:00Z', ...document }), 0).state;
};

describe('what a source says of a detection besides', () => {
  it.each([
    ['open', undefined],
    ['New', undefined],
    ['NOTIFIED', undefined],
    ['whatever', undefined],
    ['acknowledged', 'acknowledged'],
    ['InProgress', 'acknowledged'],
    ['in-progress', 'acknowledged'],
    ['Closed', 'completed'],
    [' resolved ', 'completed'],
    ['Dismissed', 'completed'],
    ['SUPPRESSED', 'completed'],
    ['ARCHIVED', 'completed'],
  ])('%s is %s', (status, state) => expect(stateIn('status', { status })).toBe(state));

  it.each([
    [3, 'completed'],
    ['3', 'completed'],
    [2, 'acknowledged'],
    [1, undefined],
    // What the map says wins over the words that are known.
    ['closed', undefined],
  ])('is what the map says of %s: %s', (status, state) => {
    const values = { '1': 'open', '2': 'acknowledged', '3': 'closed', CLOSED: 'open' } as const;
    expect(stateIn({ path: ['none', 'status'], values }, { status })).toBe(state);
  });

  it('is nothing where the map or the document says nothing', () => {
    expect([stateIn(undefined, { status: 'closed' }), stateIn('status', {})]).toEqual([undefined, undefined]);
    expect(
      stateIn({ path: 'log.status', where: { by: 'soc' } }, { log: [{ status: 'closed', by: 'bot' }] }),
    ).toBeUndefined();
  });

  it('is that of its own element of a list', () => {
    const map: FieldMap = { ...MAP, each: 'list', state: 'status' };
    const { parts } = splitDocument(map, {
      at: '2026-11-22T10:00:00Z',
      list: [{ status: 'closed' }, { status: 'new' }],
    });
    expect(parts.map((part) => mapPart(map, part, 0).state)).toEqual(['completed', undefined]);
  });

  it('is not what stands in a text: whoever wrote that might close the alert about themselves', () => {
    const map: FieldMap = { ...MAP, parse: 'message', state: 'message.status' };
    const [part] = splitDocument(map, { at: '2026-11-22T10:00:00Z', message: '{"status":"closed"}' }).parts;
    expect(part && mapPart(map, part, 0).state).toBeUndefined();
  });
});
