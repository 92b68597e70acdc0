import { writeFileSync } from 'fs';
import { join } from 'path';
import { cliHost } from '../../../test/stubs/cli_host';
import { aTrial } from '../../../test/builders/trials';
import { parseCommand } from './arguments';
import { tryFile } from './try_documents';

describe('`reflex sources try`', () => {
  const asked: Array<readonly [string | undefined, unknown]> = [];
  const { address, folder } = cliHost(({ url, body }) => {
    asked.push([url, body]);
    return aTrial();
  });

  it('sends the documents of a file, and says what they would come to', async () => {
    const file = join(folder, 'alerts.json');
    writeFileSync(file, '{"a":1}');
    const outcome = await tryFile(address, { file, source: 'webhook:siem', preset: 'wazuh' });
    expect(asked).toEqual([
      ['/api/reflex/sources/try', { source: { type: 'webhook', id: 'siem' }, text: '{"a":1}', preset: 'wazuh' }],
    ]);
    expect(outcome).toEqual({
      exit: 0,
      lines: [
        'as webhook:siem, read by preset wazuh, decided by policies version 4; nothing was kept',
        'nothing is granted to this source: all that it says of itself is only claimed',
        'document of line 1: 1 event',
        '  not ours (2): `event_type` other flow',
        'event `e1` (new): 2026-11-22T04:17:10.245Z, severity high, confidence 0.9',
        '  tags: attack.t1110',
        '  state at its source: acknowledged',
        '  only claimed: confidence, severity, tags, rule.id, rule.name',
        '  mended: `file.path` left_out (/x)',
        '  names nothing: `user.name` -',
        '  verdict: escalate; block 203.0.113.7: a person is asked',
        '  the brakes would hold: a limit is reached',
        'document of line 2: 1 event',
        '  would be in quarantine: `timestamp` is missing',
        '3 more events were not tried: there are too many',
      ],
    });
  });

  it('says what is wrong with what it was given', async () => {
    const missing = join(folder, 'nothing.json');
    expect(await tryFile(address, { file: missing, source: 'webhook:siem' })).toMatchObject({ exit: 2 });
    expect(await tryFile(address, { file: missing, source: 'alerting:m1' })).toMatchObject({
      exit: 2,
      lines: ['`alerting:m1` is not read by a map: name one of webhook, kafka, rabbitmq, index'],
    });
  });

  it.each([
    [['sources', 'try', 'f.json', '--preset', 'wazuh'], { file: 'f.json', source: 'webhook:try', preset: 'wazuh' }],
    [['sources', 'try', 'f.json', '--source', 'kafka:a'], { file: 'f.json', source: 'kafka:a' }],
  ])('is read from the command line: %j', (args, tried) =>
    expect(parseCommand(args, 'key')).toMatchObject({ ok: true, value: { name: 'sources try', tried } }),
  );

  it.each([
    [['sources', 'try']],
    [['sources', 'try', 'f.json']],
    [['sources', 'try', 'f.json', 'g.json', '--preset', 'wazuh']],
    [['sources', 'try', 'f.json', '--source', 'siem']],
  ])('is refused: %j', (args) => expect(parseCommand(args, 'key').ok).toBe(false));
});
