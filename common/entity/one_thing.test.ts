import { isOneThing, isWrittenAlike, namedKey, type Named } from './one_thing';

const user = (value: string): Named => ({ type: 'user', value });
const file = (value: string, host?: string): Named => ({ type: 'file', value, host });

describe('two names', () => {
  it.each<[Named, Named]>([
    [user('CORP\\ana'), user('ana@corp')],
    [
      { type: 'ip', value: '::ffff:10.0.0.7' },
      { type: 'ip', value: '10.0.0.7' },
    ],
    [
      { type: 'ip', value: '10.0.0.7/32' },
      { type: 'ip', value: '10.0.0.7' },
    ],
    [
      { type: 'subnet', value: '10.0.0.9/8' },
      { type: 'subnet', value: '10.0.0.0/8' },
    ],
    [file('C:\\Temp\\x.exe', 'ws-1'), file('c:/temp/X.EXE', 'WS-1.')],
    // What cannot be read is itself.
    [user('the * one'), user('the * one')],
    [
      { type: 'group', value: 'admins' },
      { type: 'group', value: 'admins' },
    ],
  ])('%j and %j are of one thing', (one, other) => {
    expect(isOneThing(one, other)).toBe(true);
    expect(isOneThing(other, one)).toBe(true);
  });

  it.each<[Named, Named]>([
    [user('CORP\\ana'), user('OTHER\\ana')],
    [user('web'), { type: 'host', value: 'web' }],
    [user('the * one'), user('THE * one')],
    [
      { type: 'group', value: 'admins' },
      { type: 'group', value: 'Admins' },
    ],
    [file('/tmp/x', 'ws-1'), file('/tmp/x', 'ws-2')],
    [file('/tmp/x', 'ws-1'), file('/tmp/x')],
    [file('/tmp/x'), file('/tmp/X')],
  ])('%j and %j are of two', (one, other) => {
    expect(isOneThing(one, other)).toBe(false);
    expect(isOneThing(other, one)).toBe(false);
  });

  it('are written alike letter by letter alone', () => {
    expect(isWrittenAlike(file('/tmp/x', 'ws-1'), file('/tmp/x', 'ws-1'))).toBe(true);
    expect(isWrittenAlike(file('/tmp/x', 'ws-1'), file('/tmp/x', 'WS-1'))).toBe(false);
    expect(isWrittenAlike(user('Ana'), user('ana'))).toBe(false);
    expect(isWrittenAlike(user('web'), { type: 'host', value: 'web' })).toBe(false);
  });

  it('have a key where they can be read', () => {
    expect(namedKey({ type: 'subnet', value: '10.0.0.9/8' })).toBe('network:10.0.0.0/8');
    expect(namedKey(user('the * one'))).toBeUndefined();
    expect(namedKey({ type: 'group', value: 'admins' })).toBeUndefined();
  });
});
