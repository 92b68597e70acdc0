import { readSettings } from '../settings';

const sha256 = (digit: string): string => digit.repeat(64);
const siem = { name: 'siem', sha256: sha256('a') };
const faultsOf = (...tokens: readonly object[]): ReadonlyArray<{ path: string; message: string }> => {
  const read = readSettings({ intake: { tokens } });
  return read.ok ? [] : read.error;
};

describe('a token in the settings', () => {
  it('says what it may, whose it is, from where it comes and how long it lasts', () => {
    const token = {
      ...siem,
      may: ['intake', 'metrics'],
      owners: ['ana'],
      networks: ['10.0.0.0/8', '2001:db8::7'],
      expires: '2027-01-01T00:00:00.000Z',
      certificate: { name: 'siem.example' },
    };
    const read = readSettings({ intake: { tokens: [token] } });
    expect(read).toMatchObject({ ok: true, value: { intake: { tokens: [token] } } });
  });

  it('need not say it: older settings stay valid', () => {
    expect(readSettings({ intake: { tokens: [siem] } })).toMatchObject({
      ok: true,
      value: { intake: { tokens: [siem] } },
    });
  });

  it.each([
    ['a right that there is not', { ...siem, may: ['admin'] }, 'intake.tokens.0.may.0'],
    ['no right at all', { ...siem, may: [] }, 'intake.tokens.0.may'],
    ['acting without asking', { ...siem, may: ['act'] }, 'intake.tokens.0.may'],
    ['a network that is none', { ...siem, networks: ['10.0.0.0/33'] }, 'intake.tokens.0.networks.0'],
    ['a certificate that is none', { ...siem, certificate: {} }, 'intake.tokens.0.certificate'],
    [
      'two ways to name its certificate',
      { ...siem, certificate: { name: 'siem', sha256: sha256('b') } },
      'intake.tokens.0.certificate',
    ],
    ['a day that is none', { ...siem, expires: 'tomorrow' }, 'intake.tokens.0.expires'],
    ['the name of Reflex itself', { ...siem, name: 'Reflex' }, 'intake.tokens.0.name'],
    ['the name of nobody', { ...siem, name: 'anonymous' }, 'intake.tokens.0.name'],
  ])('with %s is refused with its place', (_what, token, path) => {
    expect(faultsOf(token).map((fault) => fault.path)).toEqual([path]);
  });

  it.each(['SIEM', 'ｓｉｅｍ', 'corp\\siem', 'siem@corp.example'])(
    'of a name that four eyes cannot tell from another one is refused with both places: %s',
    (name) => {
      expect(faultsOf(siem, { name: 'other', sha256: sha256('b') }, { name, sha256: sha256('c') })).toEqual([
        { path: 'intake.tokens.2.name', message: 'may be the same as `siem` at `intake.tokens.0.name`' },
      ]);
    },
  );

  it('is no second name of the same token', () => {
    expect(faultsOf(siem, { ...siem, name: 'other' }).map(({ path }) => path)).toEqual(['intake.tokens.1.sha256']);
  });

  it('bears no name that a webhook bears, however it is written', () => {
    const webhooks = [{ name: 'Siem', auth: { token: { sha256: sha256('b') } } }];
    const read = readSettings({ intake: { tokens: [siem], webhooks } });
    expect(read.ok ? [] : read.error.map(({ path }) => path)).toEqual(['intake.webhooks.0.name']);
  });
});
