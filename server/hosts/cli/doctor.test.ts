import { SETUP_CODES, SETUP_LINES, type SetupLineView } from '../../../common/api/routes';
import { DEFAULT_URL, parseCommand } from './arguments';
import { doctorCommand, setupLines } from './doctor';
import { wordsOf } from './doctor_words';

const AT = '2026-11-22T10:00:00.000Z';
const aLine = (over: Partial<SetupLineView> = {}): SetupLineView => ({
  line: 'folder',
  state: 'green',
  code: 'folder_durable',
  facts: { path: '/var/lib/reflex', kind: 'ext4', sync_ms: 3 },
  at: AT,
  ...over,
});
const address = { url: DEFAULT_URL, tokenFile: 'key' };
const plain = { last: false, json: false };

describe('the words of the doctor', () => {
  it('name every fact, and what to do about all that is not green', () => {
    expect(wordsOf(aLine())).toEqual({ says: '/var/lib/reflex lies on ext4; a file was durable within 3 ms' });
    const todo = SETUP_CODES.map((code) => wordsOf(aLine({ code, state: 'red' })));
    expect(todo.every(({ says }) => says.length > 5)).toBe(true);
    expect(wordsOf(aLine({ code: 'inventory_empty', state: 'red' })).todo).toContain('PUT /api/reflex/inventory');
  });
});

describe('a line for a terminal', () => {
  it('is short where all is well, and shows its proof where it is not', () => {
    expect(setupLines(aLine({ proof: ['x'] }))).toEqual([
      'ok      data folder: /var/lib/reflex lies on ext4; a file was durable within 3 ms',
    ]);
    const bad = aLine({
      state: 'red',
      code: 'folder_passing',
      facts: { path: '/x', kind: 'tmpfs' },
      proof: ['/x: tmpfs'],
    });
    expect(setupLines(bad)).toEqual([
      'FAULT   data folder: /x lies on tmpfs, which is gone with the machine or the container',
      expect.stringMatching(/^ +to do: set `data_folder`/),
      '          | /x: tmpfs',
    ]);
  });

  it('says who set it aside and why', () => {
    const aside = { by: 'ann', at: AT, reason: 'a test bench' };
    expect(setupLines(aLine({ state: 'unknown', code: 'folder_untold', aside })).slice(0, 2)).toEqual([
      expect.stringMatching(/^aside {3}data folder/),
      `          set aside by ann at ${AT}: a test bench`,
    ]);
  });
});

describe('reflex doctor', () => {
  it('is read with its options', () => {
    expect(parseCommand(['doctor', '--last', '--json'], 'key')).toMatchObject({
      value: { name: 'doctor', last: true, json: true },
    });
    expect(doctorCommand(['aside', 'webhook'], address, { ...plain, reason: 'none here' })).toMatchObject({
      value: { name: 'doctor aside', line: 'webhook', reason: 'none here' },
    });
    const digest = 'a'.repeat(64);
    expect(doctorCommand(['backup', digest], address, plain)).toMatchObject({ value: { sha256: digest } });
  });

  it.each([
    [['aside', 'webhook'], /reason/],
    [['aside', 'wheel'], new RegExp(SETUP_LINES.join(', '))],
    [['backup', 'abc'], /sha256/],
    [['now'], /no further word/],
  ])('refuses %j with a sentence', (words, why) => {
    const read = doctorCommand(words, address, words[1] === 'wheel' ? { ...plain, reason: 'abc' } : plain);
    expect(read.ok ? '' : read.error).toMatch(why);
  });
});
