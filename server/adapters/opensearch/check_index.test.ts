import { mappingFaults, replicaFaults, schemaOf, settingFaults } from './check_index';

describe('checking an index', () => {
  it.each([
    ['the same', { a: { type: 'keyword' } }, []],
    ['more than wanted', { a: { type: 'keyword', x: 1 }, b: { type: 'date' } }, []],
    ['another type', { a: { type: 'text' } }, ['`mappings.a.type` is "text" instead of "keyword"']],
    ['nothing', {}, ['`mappings.a` is missing']],
    ['no object', { a: 'keyword' }, ['`mappings.a` is missing']],
  ])('finds in %s its faults', (_, found, faults) => {
    expect(mappingFaults({ a: { type: 'keyword' } }, found)).toEqual(faults);
  });

  it('compares settings as text, whatever their case', () => {
    expect(settingFaults({ d: 'request', n: 1 }, { d: 'REQUEST', n: '1' }, ['d', 'n'])).toEqual([]);
    expect(settingFaults({ d: 'request' }, {}, ['d'])).toEqual(['`d` is not set instead of request']);
  });

  it.each([
    ['2', 'all', 0],
    ['1', '2', 0],
    ['0', '2', 1],
    ['1', '1', 1],
    [undefined, undefined, 2],
  ])('accepts %s copies and waiting for %s with %i faults', (replicas, active, count) => {
    const wanted = { 'index.number_of_replicas': 1, 'index.write.wait_for_active_shards': '2' };
    const found = { 'index.number_of_replicas': replicas, 'index.write.wait_for_active_shards': active };
    expect(replicaFaults(wanted, found)).toHaveLength(count);
  });

  it('knows which version made an index', () => {
    expect(schemaOf({ mappings: { _meta: { reflex_schema: 3 } } })).toBe(3);
    expect(schemaOf({ mappings: {} })).toBe(0);
  });
});
