import { mkdtempSync, rmSync, writeFileSync } from 'fs';
import { tmpdir } from 'os';
import { join } from 'path';
import type { AuditReport } from '../../../common/api/routes';
import { parseCommand } from './arguments';
import { notesIn, reportLines } from './verify';
import { verify } from './verify';

const NOTE = 'reflex/a\n1\nAAAA\n\n— reflex/a AAAA\n';

const report = (given: Partial<AuditReport> = {}): AuditReport => ({
  ...{ verdict: 'intact', as_of: '2026-11-22T10:00:00.000Z', records: 48, checkpoints: 4, before_chain: 0, found: 0 },
  logs: [{ origin: 'reflex/a', key: 'trusted', checkpoints: 4, size: 48 }],
  anchored: [{ chain: 'a-1', from_seq: 0, to_seq: 47, records: 48 }],
  ...{ unanchored: [], explained: [], findings: [] },
  ...given,
});

describe('reflex verify', () => {
  it('takes a time, anchors, keys, and json', () => {
    const read = parseCommand(
      ['verify', '--from', 'x', '--anchors', 'f', '--key', 'k1', '--key', 'k2', '--json'],
      'key',
    );
    expect(read).toMatchObject({
      ok: true,
      value: { name: 'verify', wish: { from: 'x', anchors: 'f', keys: ['k1', 'k2'], json: true } },
    });
    expect(parseCommand(['verify', 'now'], 'key')).toMatchObject({ ok: false });
  });

  it('finds notes in what a data folder keeps, in a log of a collector, and as they are', () => {
    expect(notesIn(`${JSON.stringify({ note: NOTE, size: 1 })}\n{"torn`)).toEqual([NOTE]);
    const line = JSON.stringify({ message: 'checkpoint of the audit', reflex: { note: NOTE } });
    expect(notesIn(`${line}\nsomething else\n${line}\n`)).toEqual([NOTE, NOTE]);
    expect(notesIn(NOTE)).toEqual([NOTE]);
  });

  it('says what is wrong with anchors that are not there', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'reflex-verify-'));
    writeFileSync(join(folder, 'key'), 'x');
    const address = { url: 'http://127.0.0.1:1', tokenFile: join(folder, 'key') };
    const missing = await verify(address, { anchors: join(folder, 'none'), keys: [], json: false });
    expect(missing).toMatchObject({ exit: 2, lines: [expect.stringContaining('the anchors cannot be read')] });
    expect(await verify(address, { keys: [], json: false })).toMatchObject({ exit: 2 });
    rmSync(folder, { recursive: true });
  });

  it('tells a report in words', () => {
    const text = reportLines(
      report({
        verdict: 'changed',
        found: 3,
        before_chain: 7,
        unanchored: [{ chain: 'b-1', from_seq: 3, to_seq: 4, records: 2, since: 'then', until: 'now' }],
        explained: [{ why: 'refused', records: 1, text: 'it was refused' }],
        findings: [
          {
            ...{ kind: 'edited', text: '`audit/x` is not what was written', chain: 'a-1', seq: 4 },
            ...{ index: 'reflex-audit-2026.11', at: 'then', expected: 'aa', found: 'bb' },
          },
        ],
      }),
    ).join('\n');
    for (const part of [
      'changed: what is stored is not what was written',
      '48 records, 4 checkpoints',
      'a-1 0–47: 48 records',
      'b-1 3–4: 2 records, then to now',
      '7 records from before there were chains',
      '1 place: it was refused',
      'edited: `audit/x` is not what was written',
      'place a-1 4',
      'index reflex-audit-2026.11, written then',
      'expected aa',
      'found    bb',
      'and 2 more',
    ])
      expect(text).toContain(part);
  });
});
