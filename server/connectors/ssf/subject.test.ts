import { subjectOf, type Subjects } from './subject';

const REALMS = new Map([
  ['corp', 'corp.example'],
  ['corp.example', 'corp.example'],
]);
const ISSUERS = new Map([
  ['corp', 'https://sso.example/realms/corp'],
  ['partners', 'https://sso.example/realms/partners'],
]);
const ID = '7d2f0c1e-91aa-4f0b-8b1e-2f3c4d5e6f70';

const of = (value: string, subjects: Subjects) => {
  const subject = subjectOf({ type: 'user', value }, subjects);
  return subject.ok ? subject.value : subject.error.code;
};

describe('the user of a receiver that an account is', () => {
  const email: Subjects = { format: 'email', realms: REALMS };
  const issSub: Subjects = { format: 'iss_sub', realms: ISSUERS };

  it.each([
    ['CORP\\Ana', email, { format: 'email', email: 'ana@corp.example' }],
    ['ana@corp.example', email, { format: 'email', email: 'ana@corp.example' }],
    ['ana+tag@corp.example', email, { format: 'email', email: 'ana+tag@corp.example' }],
    ['ana', { ...email, plainRealm: 'corp' }, { format: 'email', email: 'ana@corp.example' }],
    ['corp\\ana', { ...email, format: 'account' }, { format: 'account', uri: 'acct:ana@corp.example' }],
    ['corp\\ana', issSub, { format: 'iss_sub', iss: 'https://sso.example/realms/corp', sub: 'ana' }],
    ['partners\\ana', issSub, { format: 'iss_sub', iss: 'https://sso.example/realms/partners', sub: 'ana' }],
    [ID, { ...issSub, plainRealm: 'corp' }, { format: 'iss_sub', iss: 'https://sso.example/realms/corp', sub: ID }],
    [ID, { format: 'opaque', realms: new Map() }, { format: 'opaque', id: ID }],
    ['S-1-5-21-1-2-3-1104', { format: 'opaque', realms: new Map() }, { format: 'opaque', id: 's-1-5-21-1-2-3-1104' }],
  ] as const)('is %s as the receiver says it', (value, subjects, expected) => {
    expect(of(value, subjects)).toEqual(expected);
  });

  it.each([
    ['ana', email, 'other_realm'],
    ['.\\ana', email, 'other_realm'],
    ['other\\ana', email, 'other_realm'],
    ['ana@other.example', email, 'other_realm'],
    ['ana@constructor', email, 'other_realm'],
    ['ana@other.example', { ...email, plainRealm: 'corp' }, 'other_realm'],
    [ID, email, 'wrong_target'],
    [ID, issSub, 'wrong_target'],
    ['S-1-5-21-1-2-3-1104', { ...issSub, plainRealm: 'corp' }, 'wrong_target'],
    ['corp\\ana', { format: 'opaque', realms: new Map() }, 'wrong_target'],
    ['corp\\web-01$', email, 'wrong_target'],
    ['corp\\ana garcia', email, 'wrong_target'],
    ['corp\\аna', email, 'wrong_target'],
    ['corp\\ana..x', email, 'wrong_target'],
    ['corp\\.ana', email, 'wrong_target'],
    ["corp\\o'ana", email, 'wrong_target'],
    ['corp\\ana@corp.example', email, 'wrong_target'],
    ['*', email, 'wrong_target'],
    ['', email, 'wrong_target'],
  ] as const)('is never guessed: %j', (value, subjects, code) => {
    expect(of(value, subjects)).toBe(code);
  });

  it('is nobody where the target is no account', () => {
    expect(subjectOf({ type: 'host', value: 'web-01' }, email)).toMatchObject({ ok: false });
  });
});
