import { writeFileSync } from 'fs';
import { join } from 'path';
import { cliHost } from '../../../test/stubs/cli_host';
import type { GrantPreviewView } from '../../../common/api/routes';
import { parseCommand } from './arguments';
import { tryGrant } from './grants';

const none = { permit: 0, escalate: 0, deny: 0, hold: 0, learn: 0 };
const VIEW: GrantPreviewView = {
  as_of: '2026-11-22T10:00:00.000Z',
  days: 7,
  from: '2026-11-15T10:00:00.000Z',
  version: 4,
  recorded: 12,
  decisions: 10,
  untold: 2,
  events: 9,
  events_otherwise: 5,
  fields: [{ field: 'severity', granted: 5, claimed: 0 }],
  score_raised: 5,
  score_lowered: 0,
  changed: 3,
  undecidable: 1,
  newly_permitted: 3,
  no_longer_permitted: 0,
  verdicts_before: { ...none, escalate: 10 },
  verdicts_after: { ...none, permit: 3, escalate: 7 },
  moves: [],
  examples: [],
  cut: 'count',
};

describe('`reflex grants preview`', () => {
  const asked: Array<readonly [string | undefined, unknown]> = [];
  const { address, folder } = cliHost(({ url, body }) => {
    asked.push([url, body]);
    return VIEW;
  });

  it('sends the grant of a file, and says what it would have meant', async () => {
    const file = join(folder, 'grant.yaml');
    writeFileSync(file, 'reason: ours\nseverity: {}\n');
    expect(await tryGrant(address, { type: 'webhook', id: 'siem', file, days: 14 })).toEqual({
      exit: 0,
      lines: [
        '3 of 10 decisions of the last 7 days would have been others, by policies version 4',
        'acts newly permitted: 3, no longer: 0',
        '  permit   0 → 3',
        '  escalate 10 → 7',
        '  deny     0 → 0',
        '  hold     0 → 0',
        '  learn    0 → 0',
        '  severity: 5 newly granted, 0 only claimed',
        '2 left out: an earlier version did not keep where their fields were read',
        'not certain: 1, for facts that nobody had looked up',
        'older ones were left out: there are too many',
      ],
    });
    expect(asked.at(-1)).toEqual([
      '/api/reflex/sources/webhook/siem/grant/preview',
      { grant: { reason: 'ours', severity: {} }, days: 14 },
    ]);
  });

  it('asks without a file as if nothing were granted', async () => {
    await tryGrant(address, { type: 'alerting', id: 'a b' });
    expect(asked.at(-1)).toEqual(['/api/reflex/sources/alerting/a%20b/grant/preview', { grant: null }]);
  });

  it.each(['', '- [', 'just a text'])('asks nothing where the file holds no grant: %j', async (text) => {
    const before = asked.length;
    const file = join(folder, 'bad.yaml');
    writeFileSync(file, text);
    expect((await tryGrant(address, { type: 'webhook', id: 'siem', file })).exit).not.toBe(0);
    expect((await tryGrant(address, { type: 'webhook', id: 'siem', file: join(folder, 'none') })).exit).not.toBe(0);
    expect(asked).toHaveLength(before);
  });

  it('is read from the command line', () => {
    const of = (...args: string[]) => parseCommand(['grants', ...args], '/key');
    expect(of('preview', 'kafka:a:b', 'g.yaml', '--days', '3')).toMatchObject({
      ok: true,
      value: { name: 'grants preview', tried: { type: 'kafka', id: 'a:b', file: 'g.yaml', days: 3 } },
    });
    for (const bad of [[], ['preview'], ['preview', 'siem'], ['give', 'kafka:a'], ['preview', 'kafka:a', 'f', 'g']])
      expect(of(...bad).ok).toBe(false);
    for (const days of ['0', '31', 'x']) expect(of('preview', 'kafka:a', '--days', days).ok).toBe(false);
  });
});
