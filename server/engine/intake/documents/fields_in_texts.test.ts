import type { FieldMap } from '../field_map';
import { mapPart } from './map_fields';
import { splitDocument } from './split_document';

const NOW = Date.parse('2026-11-28T11:05:00.000Z');
const OWN: FieldMap = { event_id: 'id', timestamp: 'ts', severity: 'sev', confidence: 'conf' };
const own = (more: object = {}) => ({ id: 'e1', ts: '2026-11-28T11:04:44Z', sev: 'high', conf: 0.9, ...more });

describe('JSON in a text', () => {
  const map: FieldMap = {
    ...OWN,
    parse: 'm',
    severity: { path: ['m.sev', 'sev'] },
    tags: { path: ['tags', 'm.tags'], all: true },
    'rule.id': 'rule',
    'source.ip': 'm.ip',
  };

  it('is told where a field with authority was read in it', () => {
    const [part] = splitDocument(map, own({ tags: ['x'], rule: 'r', m: '{"sev":"low","ip":"203.0.113.7"}' })).parts;
    expect(part && mapPart(map, part, NOW)).toMatchObject({ inTexts: ['severity'], candidate: { severity: 'low' } });
    const [tagged] = splitDocument(map, own({ tags: ['x'], m: '{"tags":["y"]}' })).parts;
    expect(tagged && mapPart(map, tagged, NOW).inTexts).toEqual(['tags']);
  });

  it('is told also where a text within the text was read', () => {
    const rules = { ...map, parse: ['m', 'm.more', 'm.list.more'] };
    const m = JSON.stringify({ sev: 'low', more: '{"x":1}', list: [{ more: '["y"]', tag: 'z' }] });
    const [part] = splitDocument({ ...rules, each: 'm.list' }, own({ m })).parts;
    const made = part && mapPart({ ...rules, tags: 'm.list.tag' }, part, NOW);
    expect(made).toMatchObject({ inTexts: ['severity', 'tags'], candidate: { severity: 'low', tags: ['z'] } });
  });

  it('that is none is told, and stops nothing', () => {
    const rules = { ...OWN, parse: 'm' };
    const [part] = splitDocument(rules, own({ m: 'hello' })).parts;
    expect(part && mapPart(rules, part, NOW)).toMatchObject({ faults: [], mended: [{ path: 'm', how: 'unread' }] });
    const [bad] = splitDocument(rules, own({ m: 'hello', sev: '?' })).parts;
    expect(bad && mapPart(rules, bad, NOW).faults).toMatchObject([
      { path: 'severity' },
      { path: 'm', message: 'is not JSON' },
    ]);
  });
});
