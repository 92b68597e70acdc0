import {
  isByAddress,
  isDone,
  isInUse,
  isNotThere,
  keyOf,
  LINES,
  readInfo,
  readRows,
  refusalIn,
  commandOf,
} from './map';

const ID = '0b0c3a52-5d3f-4f6e-9a43-2f1f5f4a7f10';
const MAP = '/etc/haproxy/reflex.map';

describe('the words of haproxy about a map', () => {
  it('are read as rows only where the answer is whole', () => {
    const text = `0x55ee58aa8520 10.0.0.1 reflex/${ID}\n0x7f4a44046730 10.0.0.0/24 by hand\n\n`;
    expect(readRows(text)).toEqual([
      { ref: '0x55ee58aa8520', key: '10.0.0.1', value: `reflex/${ID}` },
      { ref: '0x7f4a44046730', key: '10.0.0.0/24', value: 'by hand' },
    ]);
    expect(readRows('\n')).toEqual([]);
    for (const cut of ['', text.slice(0, -1), text.slice(0, 30), `${text}x`, `> ${text}`, 'Permission denied\n\n'])
      expect([cut, readRows(cut)]).toEqual([cut, undefined]);
  });

  it('are a change only as an empty line, and nothing else is', () => {
    expect(['\n', '', '\n\n', ' \n', 'ok\n'].map(isDone)).toEqual([true, false, false, false, false]);
    expect(['Key not found.\n\n', 'Key not found.', '\n'].map(isNotThere)).toEqual([true, false, false]);
  });

  it('are a refusal only as haproxy writes it, from the beginning to the end', () => {
    expect(refusalIn('Permission denied\n\n')).toEqual({ code: 'not_allowed', said: 'Permission denied' });
    expect(refusalIn("'x' is not a valid IPv4 or IPv6 address.\n\n")).toMatchObject({ code: 'bad_target' });
    expect(refusalIn('Unknown map identifier. Please use #<id> or <file>.\n\n')).toMatchObject({ code: 'no_map' });
    for (const other of ['Permission denied', 'x Permission denied\n\n', 'Permission denied\nmore\n\n', '\n', ''])
      expect([other, refusalIn(other)]).toEqual([other, undefined]);
  });

  it('tell of the one map that is meant, and of how each rule looks it up', () => {
    const all = `# id (file) description\n0 (${MAP}) pattern loaded from file '${MAP}' used by map at file 'h' line 1.\n\n`;
    expect(isInUse(all, MAP)).toBe(true);
    expect(isInUse(all, '/etc/haproxy/reflex')).toBe(false);
    expect(isInUse('# id (file) description\n\n', MAP)).toBe(false);
    expect(isInUse('', MAP)).toBeUndefined();
    expect(isByAddress('type=ip, case=sensitive, found=no\n\n')).toBe(true);
    expect(isByAddress('type=ip, found=no\ntype=str, found=no\n\n')).toBe(false);
    expect(isByAddress('Permission denied\n\n')).toBeUndefined();
    expect(readInfo('Name: HAProxy\nVersion: 2.6.12\nUptime_sec: 7\n\n')).toEqual({ version: '2.6.12', uptimeS: 7 });
    expect(readInfo('Version: 2.6.12\n\n')).toBeUndefined();
  });
});

describe('what is written into a command', () => {
  it('is an address or a network in its one spelling, and nothing that ends a word', () => {
    expect(keyOf('2001:DB8:0:0::1')).toEqual({ ok: true, value: '2001:db8::1' });
    expect(keyOf('10.0.0.0/8')).toMatchObject({ ok: true });
    expect(keyOf('10.0.0.1\n')).toEqual({ ok: true, value: '10.0.0.1' });
    for (const value of ['10.0.0.1;clear map', '10.0.0.1 x', '', 'localhost', '#0x1', '0/0', '10.0.0.0/7'])
      expect([value, keyOf(value).ok]).toEqual([value, false]);
  });

  it('is the id of a command as its mark, and read back as nothing else', () => {
    expect(LINES.add(MAP, '10.0.0.1', ID)).toBe(`add map ${MAP} 10.0.0.1 reflex/${ID}`);
    expect(commandOf(`reflex/${ID}`)).toBe(ID);
    for (const value of ['reflex/', 'reflex/x', ID, `reflex/${ID} x`]) expect(commandOf(value)).toBeUndefined();
  });
});
