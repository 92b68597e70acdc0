import { readFileSync } from 'fs';
import { join } from 'path';
import { parse } from 'yaml';
import { OutcomeDocument, TRANSITIONS } from '../../../common/api/outcome_document';
import { decode } from '../../../common/codec/decode';
import { readSettings } from '../settings';

const guide = readFileSync(join(__dirname, '../../../docs/guides/tell_the_source.md'), 'utf8');
const blocks = (language: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);

describe('the guide to telling a source', () => {
  it('shows settings with a receiver of each kind', () => {
    const [shown = ''] = blocks('yaml');
    const settings = readSettings(parse(shown));
    expect(settings.ok && settings.value.intake.outcomes.map(({ name }) => name)).toEqual([
      'webhook:siem>webhook',
      'kafka:detections>kafka',
      'rabbitmq:detections>rabbitmq',
      'alerting:*>acknowledge',
    ]);
  });

  it('shows a document as it is told', () => {
    const [shown = '{}'] = blocks('json');
    expect(decode(OutcomeDocument, JSON.parse(shown))).toMatchObject({ ok: true });
  });

  it('explains every transition', () => {
    const rows = [...guide.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
    expect(rows.slice(rows.indexOf('decided'), rows.indexOf('decided') + TRANSITIONS.length)).toEqual([...TRANSITIONS]);
  });
});
