import fc from 'fast-check';
import { TARGET_TYPES } from '../../../common/flow/decision';
import { resolveTarget } from './resolve_target';
import { randomRuns } from '../../../test/builders/random_runs';
import { anyText } from '../../../test/builders/any_text';

describe('resolveTarget', () => {
  it.each([
    ['ip', '203.0.113.7', '203.0.113.7'],
    ['ip', '::ffff:203.0.113.7', '203.0.113.7'],
    ['ip', '2001:DB8::0001', '2001:db8::1'],
    ['ip', '10.1.2.3/24', '10.1.2.0/24'],
    ['ip', '0x0a.1.2.3', 'invalid'],
    ['ip', '2130706433', 'invalid'],
    ['ip', '10.1.2.3/33', 'invalid'],
    ['ip', '10.1.2.3, 10.1.2.4', 'invalid'],
    ['ip', '', 'unknown'],
    ['host', 'WEB-01.Example.ORG.', 'web-01.example.org'],
    ['host', '10.1.2.3', '10.1.2.3'],
    ['host', 'web 01', 'invalid'],
    ['host', 'web;rm -rf /', 'invalid'],
    ['host', '-web', 'invalid'],
    ['host', 'wеb', 'invalid'], // a Cyrillic е
    ['host', 'a'.repeat(254), 'invalid'],
    ['domain', 'Evil.Example.ORG.', 'evil.example.org'],
    ['domain', 'bücher.example', 'xn--bcher-kva.example'],
    ['domain', 'еvil.example', 'xn--vil-qdd.example'],
    ['domain', 'evil.example/path', 'invalid'],
    ['domain', 'evil.example/', 'invalid'],
    ['domain', 'evil.example?x', 'invalid'],
    ['domain', 'evil.example#x', 'invalid'],
    ['domain', 'user@evil.example', 'invalid'],
    ['domain', ':secret@evil.example', 'invalid'],
    ['domain', 'evil.example:8080', 'invalid'],
    ['domain', 'evil.example\\@good.example', 'invalid'],
    ['domain', '203.0.113.7', 'invalid'],
    ['domain', '2130706433', 'invalid'],
    ['domain', '0x7f.1', 'invalid'],
    ['domain', '[::1]', 'invalid'],
    ['domain', 'evil .example', 'invalid'],
    ['user', ' ALICE ', 'alice'],
    ['user', 'corp\\Alice', 'corp\\alice'],
    ['user', 'ali\u202ece', 'invalid'],
    ['user', 'ali\u200bce', 'invalid'],
    ['user', 'alice\n', 'alice'],
    ['user', 'ali\nce', 'invalid'],
    ['user', 'e\u0301lodie', '\u00e9lodie'],
    ['user', '   ', 'unknown'],
    // Placeholders of logs are no value.
    ['user', '-', 'unknown'],
    ['user', 'N/A', 'unknown'],
    ['host', 'unknown', 'unknown'],
    ['ip', '0.0.0.0', 'unknown'],
    ['user', '*', 'invalid'],
    ['user', 'ana; id', 'invalid'],
    ['user', 'r\u043e\u043et', 'invalid'],
    ['user', 'corp\\a\\b', 'invalid'],
    ['host', '127.1', 'invalid'],
  ] as const)('takes %s `%s` for `%s`', (type, text, wanted) => {
    const found = resolveTarget(type, text, undefined);
    expect(typeof found === 'string' ? found : found.value).toBe(wanted);
  });

  it('wants the host of a file or a process', () => {
    expect(resolveTarget('file', '/tmp/X', 'WEB-01')).toEqual({ type: 'file', value: '/tmp/X', host: 'web-01' });
    expect(resolveTarget('process', '4711', undefined)).toBe('unknown');
    expect(resolveTarget('process', '4711', ' ')).toBe('unknown');
    expect(resolveTarget('file', '/tmp/x', 'web;01')).toBe('invalid');
    expect(resolveTarget('ip', '203.0.113.7', 'web-01')).toEqual({ type: 'ip', value: '203.0.113.7' });
  });

  it.each([
    ['process', 'lsass.exe', 'lsass.exe'],
    ['process', '"LSASS.exe"', 'LSASS.exe'],
    ['process', 'lsass.exe.', 'lsass.exe'],
    ['process', 'C:/Windows/System32/lsass.exe', 'C:\\Windows\\System32\\lsass.exe'],
    ['process', '*', 'invalid'],
    ['process', 'x.exe; rm -rf / #', 'invalid'],
    ['process', '-', 'unknown'],
    ['file', '/tmp//x', '/tmp/x'],
    ['file', 'C:\\Program Files (x86)\\a\\b.exe', 'C:\\Program Files (x86)\\a\\b.exe'],
    ['file', '../../../../etc/passwd', 'invalid'],
    ['file', 'C:\\tmp\\*', 'invalid'],
    ['file', 'x.exe', 'invalid'],
  ] as const)('takes %s `%s` on a host for `%s`', (type, text, wanted) => {
    const found = resolveTarget(type, text, 'web-01');
    expect(typeof found === 'string' ? found : found.value).toBe(wanted);
    expect(resolveTarget(type, text, '-')).toBe(wanted === 'invalid' ? 'invalid' : 'unknown');
  });

  it('has one spelling: what it yields, it yields again', () => {
    const text = fc.oneof(
      anyText(),
      fc.domain(),
      fc.ipV4(),
      fc.ipV6(),
      fc.tuple(fc.ipV4(), fc.nat(40)).map((parts) => parts.join('/')),
      fc.emailAddress(),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(fc.constantFrom(...TARGET_TYPES), text, (type, value) => {
        const once = resolveTarget(type, value, 'web-01');
        if (typeof once === 'string') return;
        expect(resolveTarget(type, once.value, once.host)).toEqual(once);
        expect(once.value).not.toMatch(/[\u0000-\u001f\u202a-\u202e\u2066-\u2069]/);
      }),
      { numRuns: randomRuns(2_000) },
    );
  });
});
