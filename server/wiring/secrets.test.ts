import { chmodSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'fs';
import { join } from 'path';
import { temporaryFolder } from '../../test/contracts/temporary_folder';
import { readSettings, type Settings } from '../hosts/settings';
import { SecretBook } from './secrets';

const place = temporaryFolder();
afterAll(place.remove);

const settingsOf = (value: object): Settings => {
  const settings = readSettings(value);
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return settings.value;
};

let count = 0;
const written = (text: string, mode = 0o600): string => {
  count += 1;
  const file = join(place.folder, `secret-${count}`);
  writeFileSync(file, text);
  chmodSync(file, mode);
  return file;
};

const folderWith = (files: Readonly<Record<string, readonly [text: string, mode: number]>>): string => {
  count += 1;
  const folder = join(place.folder, `folder-${count}`);
  mkdirSync(folder);
  for (const [name, [text, mode]] of Object.entries(files)) {
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), mode);
  }
  return folder;
};

const bookOf = (value: object, env: NodeJS.ProcessEnv = {}): SecretBook =>
  new SecretBook(settingsOf(value), env, () => Date.parse('2026-11-22T10:00:00.000Z'));

describe('a secret', () => {
  const file = written('from the file\n');

  it('is in the file that the settings name, without the line break at its end', () => {
    const book = bookOf({ secrets: [{ name: 'edge', file }] }, { REFLEX_SECRET_EDGE: 'from the environment' });
    expect(book.peek('edge')).toBe('from the file');
  });

  it('is in the environment where nothing else names it', () => {
    const book = bookOf({}, { REFLEX_SECRET_EDGE_FIREWALL: 'from the environment' });
    expect(book.peek('edge-firewall')).toBe('from the environment');
    expect(book.peek('other')).toBeUndefined();
  });

  it('is not there where its file is not, whatever the environment says', () => {
    const missing = { secrets: [{ name: 'edge', file: join(place.folder, 'missing') }] };
    expect(bookOf(missing, { REFLEX_SECRET_EDGE: 'from the environment' }).peek('edge')).toBeUndefined();
  });

  it('is in the folder of secrets, under its name, before the environment', () => {
    const secrets_folder = folderWith({ edge: ['from the folder\n', 0o600] });
    const book = bookOf({ secrets_folder }, { REFLEX_SECRET_EDGE: 'e', REFLEX_SECRET_OTHER: 'from the environment' });
    expect([book.peek('edge'), book.peek('other')]).toEqual(['from the folder', 'from the environment']);
  });

  it('is in the keystore of Dashboards before the folder, and a name of objects is none of it', () => {
    const secrets_folder = folderWith({ edge: ['from the folder', 0o600] });
    const book = bookOf({ secrets_folder, keystore: { edge: 'from the keystore' } });
    expect([book.peek('edge'), book.peek('constructor')]).toEqual(['from the keystore', undefined]);
  });

  it('does not lie outside of the folder, nor in a hidden file of it', () => {
    const secrets_folder = folderWith({ '.hidden': ['h', 0o600], inside: ['i', 0o600] });
    const book = bookOf({ secrets_folder });
    for (const name of ['../secret-1', '.hidden', '..', 'inside/../inside']) expect(book.peek(name)).toBeUndefined();
    expect(book.peek('inside')).toBe('i');
  });

  it.each([
    [0o600, true],
    [0o640, true],
    [0o644, false],
    [0o604, false],
    [0o602, false],
    [0o660, false],
  ])('of the folder with the mode %i is taken: %s', (mode, taken) => {
    const secrets_folder = folderWith({ edge: ['secret', mode] });
    const book = bookOf({ secrets_folder }, { REFLEX_SECRET_EDGE: 'not this one instead' });
    expect(book.peek('edge')).toBe(taken ? 'secret' : undefined);
    const [view] = book.list();
    expect([view?.state, view?.why?.includes(mode.toString(8)) ?? false]).toEqual([
      taken ? 'there' : 'missing',
      !taken,
    ]);
  });

  it('in a file that the settings name is taken whatever its mode is, and the list says who else reads it', () => {
    const book = bookOf({ secrets: [{ name: 'edge', file: written('open', 0o644) }] });
    expect(book.peek('edge')).toBe('open');
    expect(book.list()).toMatchObject([{ state: 'there', loose: expect.stringContaining('644') }]);
  });

  it('is no folder, and nothing that is larger than 64 KiB', () => {
    const secrets = [
      { name: 'folder', file: place.folder },
      { name: 'fits', file: written('x'.repeat(65_536)) },
      { name: 'large', file: written('x'.repeat(65_537)) },
    ];
    const book = bookOf({ secrets });
    expect(['folder', 'large'].map(book.peek)).toEqual([undefined, undefined]);
    expect(book.peek('fits')).toHaveLength(65_536);
  });

  it('that changed is the new one for whoever asks next', () => {
    const changing = written('before');
    const secret = bookOf({ secrets: [{ name: 'edge', file: changing }] }).for('connector edge');
    expect(secret('edge')).toBe('before');
    writeFileSync(changing, 'after');
    expect(secret('edge')).toBe('after');
  });
});

describe('the list of secrets', () => {
  it('tells where each comes from, whether it is there, when it changed and who asked for it, and not what it is', () => {
    const file = written('value-of-file');
    utimesSync(file, 1_700_000_000, 1_700_000_000);
    const secrets_folder = folderWith({ tidy: ['value-of-folder', 0o600], blank: [' \n', 0o600] });
    const env = { REFLEX_SECRET_VAR: 'value-of-env' };
    const keystore = { kept: 'value-of-keystore' };
    const book = bookOf({ secrets: [{ name: 'named', file }], secrets_folder, keystore }, env);
    for (const user of ['connector edge', 'kafka:detections']) book.for(user)('named');
    book.for('connector edge')('var');
    book.for('connector edge')('nobody');
    expect(book.list()).toEqual([
      {
        name: 'blank',
        from: 'folder',
        state: 'empty',
        used_by: [],
        place: join(secrets_folder, 'blank'),
        changed: expect.any(String),
      },
      { name: 'kept', from: 'keystore', state: 'there', used_by: [] },
      {
        name: 'named',
        from: 'file',
        state: 'there',
        used_by: ['connector edge', 'kafka:detections'],
        place: file,
        changed: '2023-11-14T22:13:20.000Z',
        last_used: '2026-11-22T10:00:00.000Z',
      },
      { name: 'nobody', from: 'nowhere', state: 'missing', used_by: ['connector edge'], why: 'nothing names it' },
      {
        name: 'tidy',
        from: 'folder',
        state: 'there',
        used_by: [],
        place: join(secrets_folder, 'tidy'),
        changed: expect.any(String),
      },
      {
        name: 'var',
        from: 'environment',
        state: 'there',
        used_by: ['connector edge'],
        place: 'REFLEX_SECRET_VAR',
        last_used: '2026-11-22T10:00:00.000Z',
      },
    ]);
    expect(JSON.stringify(book.list())).not.toContain('value-of');
  });
});

describe('a secret that is gone', () => {
  it('is a trouble where somebody got it before, and no more once it is back', () => {
    const file = written('secret');
    const book = bookOf({ secrets: [{ name: 'edge', file }] });
    const secret = book.for('connector edge');
    secret('never-there');
    secret('edge');
    expect(book.troubles()).toEqual([]);
    rmSync(file);
    expect(book.troubles()).toEqual([
      { code: 'secret_gone', text: 'secrets in use cannot be read any more: `edge` (connector edge)' },
    ]);
    writeFileSync(file, ' ');
    expect(book.troubles()).toHaveLength(1);
    writeFileSync(file, 'another');
    expect(book.troubles()).toEqual([]);
  });
});

describe('a stored secret', () => {
  it('is looked for where it is stored and nowhere else, whatever lies in other places under its name', () => {
    const secrets_folder = folderWith({ edge: ['from the folder', 0o600] });
    const book = bookOf({ secrets_folder }, { REFLEX_SECRET_STORED_EDGE: 'from the environment' });
    for (const name of ['stored:edge', 'stored:__proto__', 'stored:../edge', 'stored:'])
      expect(book.for('connector edge')(name)).toBeUndefined();
    expect(book.list().find(({ name }) => name === 'stored:edge')).toMatchObject({
      from: 'stored',
      state: 'missing',
      why: 'it was never written, or taken away',
    });
  });

  it('that the settings name is in the list before anybody asks for it', () => {
    const parameters = { headers: { A: { secret: 'stored:edge' } } };
    const book = bookOf({ connectors: [{ name: 'fw', kind: 'rest', parameters }] });
    expect(book.list()).toMatchObject([{ name: 'stored:edge', state: 'missing', used_by: ['connector fw'] }]);
    expect(book.lacking()).toEqual(['edge']);
  });
});

describe('the keys of stored secrets', () => {
  it('are secrets as all others are: listed, told when they are away, and kept out of texts', () => {
    const key = Buffer.from(Array.from({ length: 32 }, (_, byte) => byte)).toString('base64');
    const secret_keys = [{ id: 'k1', secret: 'seal' }];
    const env: NodeJS.ProcessEnv = { REFLEX_SECRET_SEAL: key };
    const book = bookOf({ secret_keys }, env);
    expect(book.keys()).toEqual([{ id: 'k1', secret: 'seal', state: 'there', seals: true, sealed: 0 }]);
    expect(book.shown(`key ${key}`)).toBe('key [secret]');
    expect(book.list()).toMatchObject([{ name: 'seal', from: 'environment', used_by: ['stored secrets'] }]);
    env.REFLEX_SECRET_SEAL = '';
    expect(book.troubles().map(({ code }) => code)).toEqual(['secret_gone']);
    const without = bookOf({ secret_keys });
    expect(without.troubles()).toMatchObject([{ code: 'secret_key_unusable', text: expect.stringContaining('`k1`') }]);
  });
});
