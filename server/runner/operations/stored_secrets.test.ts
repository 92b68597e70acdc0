import { randomBytes } from 'crypto';
import { listSecrets, rekeySecrets, removeSecret, setSecret, type SecretView } from '../../../common/api/routes';
import { aMemory } from '../../../test/builders/trust_desk';
import { callerWith, DEFAULT_SECRETS, routeHost, SEALING_KEY, type RouteHost } from '../../../test/builders/route_host';
import { sealingWith } from '../../adapters/system/sealing';
import type { HostResponse } from '../../routes/http';
import type { StoredSecret } from '../keeping/kinds/secret';
import type { Sealing } from '../ports';
import { aboutSecret, StoredSecrets } from '../trust/stored_secrets';
import { setSecret as write, usedElsewhere } from './stored_secrets';

const admin = callerWith('ada', 'read', 'admin');
const SECRET = 'the-first-secret "of" edge/+=';
const aKey = (): string => randomBytes(32).toString('base64');

let host: RouteHost;
const begin = async (secrets?: Parameters<typeof routeHost>[0]): Promise<void> => {
  host = await routeHost(secrets);
};
beforeEach(() => begin());

const set = (name: string, value: string, version = 0, as = admin): Promise<HostResponse> =>
  host.call(setSecret, { params: { name }, body: { version, value, reason: 'it is new' }, as });
const remove = (name: string, version: number, as = admin): Promise<HostResponse> =>
  host.call(removeSecret, { params: { name }, body: { version, reason: 'it is old' }, as });
const rekey = (): Promise<HostResponse> => host.call(rekeySecrets, { body: { reason: 'the key is old' }, as: admin });
const listed = async () =>
  (await host.call(listSecrets, { as: admin })).body as {
    secrets: readonly SecretView[];
    keys: ReadonlyArray<{ id: string; seals: boolean; sealed: number }>;
  };
const viewOf = async (name: string): Promise<SecretView | undefined> =>
  (await listed()).secrets.find((each) => each.name === `stored:${name}`);
const stored = (name = 'edge'): StoredSecret => {
  const found = host.world.store.documents.get(`secret:${name}`);
  if (found === undefined) throw new Error('it is not stored');
  return found.body.content as StoredSecret;
};
const audits = async () => {
  await host.wait(1_000);
  return host.world.evidence
    .find({ family: 'audit' })
    .map(({ body }) => [body.verb, body.by, body.object, body.outcome]);
};
/** What somebody writes there who may write into the index, and has not the key. */
const put = (content: StoredSecret): void => {
  const { store } = host.world;
  const found = store.documents.get('secret:edge');
  if (found === undefined) throw new Error('it is not stored');
  store.write({ id: 'secret:edge', body: { ...found.body, content }, expect: found.version });
};
/** Everything that is kept anywhere, as one text. */
const everything = (): string =>
  JSON.stringify([
    [...host.world.store.documents.values()],
    [...host.world.evidence.records.values()].map((each) => [...each.values()]),
    host.errors,
  ]);

/** Another agent on the same state, with keys of its own. */
const another = async (sealing: Sealing = host.secretBook.sealing, memory = aMemory()): Promise<StoredSecrets> => {
  const { store, clock, log } = host.agent.parts;
  const other = new StoredSecrets({ store, clock, log, memory, sealing, named: [] });
  await host.wait(2_000);
  await host.drive(other.load());
  return other;
};

describe('writing a secret', () => {
  it('stores it sealed, at once good here and within seconds at another agent, with an entry in the audit', async () => {
    const written = await set('edge', `${SECRET}\n`);
    expect(written).toMatchObject({
      status: 200,
      body: { name: 'edge', version: 1, by: 'ada', removed: false, key: 'one' },
    });
    expect(host.secretBook.for('connector edge')('stored:edge')).toBe(SECRET);
    expect((await another()).value('edge')).toBe(SECRET);
    expect(await audits()).toContainEqual(['set_secret', 'ada', { type: 'secret', id: 'edge' }, undefined]);
    const said = everything() + JSON.stringify([written.body, await listed()]);
    for (const form of [SECRET, JSON.stringify(SECRET).slice(1, -1), encodeURIComponent(SECRET)])
      expect(said).not.toContain(form);
    expect(said).not.toContain(Buffer.from(SECRET).toString('base64').slice(0, -2));
    expect(host.secretBook.shown(`it said ${SECRET}`)).toBe('it said [secret]');
  });

  it('tells who wrote which version when and who uses it, and counts on', async () => {
    await set('edge', SECRET);
    await set('edge', 'the second one', 1, callerWith('ben', 'admin'));
    expect(await viewOf('edge')).toMatchObject({
      from: 'stored',
      state: 'there',
      used_by: [],
      stored: { version: 2, by: 'ben', key: 'one', newest_key: true },
    });
    expect((await viewOf('edge'))?.last_used).toBeUndefined();
    host.secretBook.for('connector edge')('stored:edge');
    expect(await viewOf('edge')).toMatchObject({ used_by: ['connector edge'], last_used: expect.anything() as string });
  });

  it('is refused to whoever saw another version, also to two at once, and to who may not', async () => {
    await set('edge', SECRET);
    expect(await set('edge', 'another one')).toMatchObject({
      status: 409,
      body: { code: 'changed', current: { version: 1, by: 'ada' } },
    });
    const both = await Promise.all([set('edge', 'one of two', 1), set('edge', 'two of two', 1)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    const won = both[0]?.status === 200 ? 'one of two' : 'two of two';
    expect([host.secretBook.peek('stored:edge'), (await another()).value('edge')]).toEqual([won, won]);
    for (const right of ['read', 'respond', 'approve', 'author'] as const)
      expect((await set('edge', 'stolen', 2, callerWith('eve', right))).status).toBe(403);
    expect(stored().version).toBe(2);
  });

  it('of a second agent at the same moment is one of the two', async () => {
    const other = await another();
    const desk = { sealing: host.secretBook.sealing, stored: other };
    const order = { version: 0, by: 'ben', reason: 'at another page' };
    const there = write(host.agent, desk, { name: 'edge', value: 'there', ...order });
    const [here, elsewhere] = await Promise.all([set('edge', 'here'), host.drive(there)]);
    expect([here.status === 200, elsewhere.ok].filter(Boolean)).toHaveLength(1);
  });

  it.each([
    ['', 'is empty'],
    [' \n', 'is empty'],
    ['abc', 'must have at least 4 characters'],
    ['abc\n', 'must have at least 4 characters'],
    ['ä'.repeat(40_000), 'must have at most 64 KiB'],
  ])('of %j is refused, changes nothing and is not repeated', async (value, message) => {
    expect(await set('edge', value)).toMatchObject({
      status: 400,
      body: { code: 'invalid', fields: [{ path: 'value', message }] },
    });
    expect(host.world.store.documents.has('secret:edge')).toBe(false);
  });

  it.each(['Edge', '../edge', 'a b', '.edge', 'x'.repeat(101), 'stored:edge', '__proto__'])(
    'under the name %j is refused',
    async (name) => expect(await set(name, SECRET)).toMatchObject({ status: 400 }),
  );

  it('needs a key: without one, and with one that is none, nothing is stored', async () => {
    for (const env of [{}, { REFLEX_SECRET_SEAL_ONE: '' }, { REFLEX_SECRET_SEAL_ONE: 'a password' }]) {
      await begin({ secrets: { env, keys: [SEALING_KEY] } });
      expect(await set('edge', SECRET)).toMatchObject({ status: 409, body: { code: 'no_secret_key' } });
      expect(host.world.store.documents.has('secret:edge')).toBe(false);
    }
    await begin({ secrets: {} });
    expect(await set('edge', SECRET)).toMatchObject({ body: { code: 'no_secret_key' } });
  });
});

describe('a secret that somebody changed in the state', () => {
  const look = async (): Promise<void> => {
    await host.wait(2_000);
    await host.drive(host.storedSecrets.load());
  };
  const troubles = () => host.secretBook.troubles().map(({ code }) => code);

  beforeEach(async () => {
    await set('edge', 'the old one');
    await set('other', 'of another');
  });

  it('and put back to an earlier version is not believed, and said, until it is written anew', async () => {
    const old = stored();
    await set('edge', SECRET, 1);
    put(old);
    await look();
    expect(host.secretBook.peek('stored:edge')).toBe(SECRET);
    expect(await viewOf('edge')).toMatchObject({
      state: 'unreadable',
      why: 'what is stored is older than what was stored already; version 2 goes on',
      stored: { version: 2 },
    });
    expect(troubles()).toEqual(['stored_secret_unreadable']);
    expect(await set('edge', 'the newest', 2)).toMatchObject({ status: 200, body: { version: 3 } });
    await look();
    expect([host.secretBook.peek('stored:edge'), troubles()]).toEqual(['the newest', []]);
  });

  it.each<[string, (content: StoredSecret) => StoredSecret]>([
    ['that of another name', (content) => ({ ...stored('other'), name: content.name, version: 2 })],
    ['that of another name as it is', () => stored('other')],
    ['its version counted up', (content) => ({ ...content, version: 7 })],
    ['a version that nobody counts to', (content) => ({ ...content, version: 1e15 })],
    ['who wrote it', (content) => ({ ...content, by: 'mallory' })],
    ['when it was written', (content) => ({ ...content, at: '2020-01-01T00:00:00.000Z' })],
    ['marked as removed', (content) => ({ ...content, version: 2, removed: true })],
    ['sealed by another key', (content) => ({ ...content, version: 2, sealed: { ...content.sealed, key: 'two' } })],
    [
      'some of its letters',
      (content) => ({
        ...content,
        sealed: { ...content.sealed, data: content.sealed.data.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')) },
      }),
    ],
  ])('with %s is not believed: the last one goes on, and an admin can write it anew', async (_, change) => {
    put(change(stored()));
    await look();
    expect(host.secretBook.peek('stored:edge')).toBe('the old one');
    expect(troubles()).toEqual(['stored_secret_unreadable']);
    const version = (await viewOf('edge'))?.stored?.version ?? 0;
    expect(await set('edge', SECRET, version)).toMatchObject({ status: 200 });
    expect([(await another()).value('edge'), troubles()]).toEqual([SECRET, []]);
  });

  it.each<[string, () => StoredSecret]>([
    ['under its new name', () => ({ ...stored('other'), name: 'edge' })],
    ['as it was', () => stored('other')],
  ])('to that of another name, %s, is nothing to an agent that never knew it', async (_, moved) => {
    await set('other', 'a newer one of another', 1);
    put(moved());
    const other = await another();
    expect([other.value('edge'), other.find('edge')?.fault]).toEqual([undefined, 'changed']);
    await look();
    expect(host.secretBook.peek('stored:edge')).toBe('the old one');
  });

  it('by who has the key, but under a version that was there already, is not believed either', async () => {
    const { name, version, by, at, removed } = stored();
    const sealed = host.secretBook.sealing.seal(aboutSecret({ name, version, by, at, removed }), 'of before a restore');
    if (sealed === undefined) throw new Error('it was not sealed');
    put({ ...stored(), sealed });
    await look();
    expect([host.secretBook.peek('stored:edge'), troubles()]).toEqual(['the old one', ['stored_secret_unreadable']]);
  });

  it('and deleted goes on, also after a restart, and is said', async () => {
    const memory = aMemory();
    await another(host.secretBook.sealing, memory);
    host.world.store.documents.delete('secret:edge');
    await look();
    expect([host.secretBook.peek('stored:edge'), troubles()]).toEqual(['the old one', ['stored_secret_unreadable']]);
    const again = await another(host.secretBook.sealing, memory);
    expect([again.value('edge'), again.find('edge')?.fault]).toEqual(['the old one', 'gone']);
    expect(await set('edge', 'once more', 1)).toMatchObject({ status: 200, body: { version: 2 } });
  });

  it('and put back is known for older after a restart too, though the key was away at that start', async () => {
    const memory = aMemory();
    const old = stored();
    await set('edge', SECRET, 1);
    await another(host.secretBook.sealing, memory);
    await another(
      sealingWith([], () => undefined),
      memory,
    );
    put(old);
    const again = await another(host.secretBook.sealing, memory);
    expect([again.value('edge'), again.find('edge')?.fault]).toEqual([SECRET, 'older']);
  });
});

describe('an agent that has not the key', () => {
  it('says so, uses it once the key is there, and takes another key for what it is', async () => {
    await set('edge', SECRET);
    const keys: Record<string, string | undefined> = {};
    const sealing = sealingWith([SEALING_KEY], () => keys.now);
    const other = await another(sealing);
    expect([other.value('edge'), other.find('edge')?.fault]).toEqual([undefined, 'no_key']);
    keys.now = aKey();
    await host.drive(other.load());
    expect([other.value('edge'), other.find('edge')?.fault]).toEqual([undefined, 'wrong_key']);
    keys.now = DEFAULT_SECRETS.env?.REFLEX_SECRET_SEAL_ONE;
    await host.drive(other.load());
    expect([other.value('edge'), other.find('edge')?.fault]).toEqual([SECRET, undefined]);
  });

  it('does what is due while OpenSearch is away with what its disk remembers, which is sealed', async () => {
    await set('edge', SECRET);
    const memory = aMemory();
    await another(host.secretBook.sealing, memory);
    expect(memory.read('stored_secrets')).toContain('"sealed"');
    expect(memory.read('stored_secrets')).not.toContain(SECRET.slice(0, 12));
    const { store, clock, log } = host.agent.parts;
    const { sealing } = host.secretBook;
    const restarted = new StoredSecrets({ store, clock, log, memory, sealing, named: [] });
    expect(restarted.value('edge')).toBe(SECRET);
  });
});

describe('removing a secret', () => {
  it('takes it away everywhere; an older one that is put back does not come to life', async () => {
    await set('edge', SECRET);
    const other = await another();
    const old = stored();
    expect(await remove('edge', 1)).toMatchObject({ status: 200, body: { version: 2, removed: true } });
    await host.drive(other.load());
    expect([host.secretBook.peek('stored:edge'), other.value('edge')]).toEqual([undefined, undefined]);
    expect(await viewOf('edge')).toBeUndefined();
    put(old);
    await host.drive(other.load());
    expect([other.value('edge'), other.find('edge')?.fault]).toEqual([undefined, 'older']);
    expect(await audits()).toContainEqual(['remove_secret', 'ada', { type: 'secret', id: 'edge' }, undefined]);
  });

  it('and writing it again counts on', async () => {
    await set('edge', SECRET);
    await remove('edge', 1);
    expect(await remove('edge', 2)).toMatchObject({ status: 404 });
    expect(await set('edge', 'born again')).toMatchObject({ status: 200, body: { version: 3 } });
    expect((await another()).value('edge')).toBe('born again');
  });

  it('is refused where something uses it, and says who', async () => {
    await begin({
      secrets: {
        env: { REFLEX_SECRET_SEAL_ONE: aKey() },
        keys: [SEALING_KEY],
        uses: { edge: ['connector fw'] },
      },
    });
    await set('edge', SECRET);
    await set('asked', SECRET);
    host.secretBook.for('kafka:alerts')('stored:asked');
    expect(await remove('edge', 1)).toMatchObject({
      status: 409,
      body: { code: 'in_use', message: expect.stringContaining('connector fw') as string },
    });
    expect(await remove('asked', 1)).toMatchObject({ body: { message: expect.stringContaining('kafka:alerts') } });
    expect(host.secretBook.peek('stored:edge')).toBe(SECRET);
    expect(await audits()).toContainEqual(['remove_secret', 'ada', { type: 'secret', id: 'edge' }, 'refused: in_use']);
  });

  it('asks what other agents that live said of their settings', () => {
    const said = { agent: 'agent@b', stored_secrets: { edge: ['connector fw'] } };
    const session = { id: 'a', livePeers: ['b', 'c'], saysOfItself: (id: string) => (id === 'b' ? said : undefined) };
    expect(usedElsewhere(session as unknown as Parameters<typeof usedElsewhere>[0], 'edge')).toEqual([
      'connector fw at agent@b',
    ]);
    expect(usedElsewhere(undefined, 'edge')).toEqual([]);
  });

  it('is refused for what there is not, and to who saw another version', async () => {
    expect(await remove('edge', 0)).toMatchObject({ status: 404 });
    await set('edge', SECRET);
    expect(await remove('edge', 0)).toMatchObject({ status: 409, body: { code: 'changed' } });
    expect((await remove('edge', 1, callerWith('eve', 'author'))).status).toBe(403);
  });
});

describe('another key', () => {
  const env: NodeJS.ProcessEnv = { REFLEX_SECRET_OLD: aKey(), REFLEX_SECRET_NEW: aKey() };
  const keys = [
    { id: 'new', secret: 'new' },
    { id: 'old', secret: 'old' },
  ];
  const beginWithBoth = async (): Promise<void> => {
    await begin({ secrets: { env: { ...env }, keys } });
    const oldDesk = {
      sealing: sealingWith([{ id: 'old', secret: 'old' }], () => env.REFLEX_SECRET_OLD),
      stored: host.storedSecrets,
    };
    const order = { version: 0, by: 'ada', reason: 'before the new key' };
    for (const name of ['edge', 'other'])
      await host.drive(write(host.agent, oldDesk, { name, value: `of ${name}`, ...order }));
  };

  it('seals everything that the older one sealed, removed ones too; then nothing needs the older one', async () => {
    await beginWithBoth();
    await set('third', 'sealed anew already');
    await remove('other', 1);
    expect((await listed()).keys.map(({ id, sealed, seals }) => [id, sealed, seals])).toEqual([
      ['new', 2, true],
      ['old', 1, false],
    ]);
    expect((await viewOf('edge'))?.stored).toMatchObject({ key: 'old', newest_key: false });
    expect(await rekey()).toMatchObject({ status: 200, body: { key: 'new', sealed: ['edge'], left: [] } });
    expect((await listed()).keys.map(({ sealed }) => sealed)).toEqual([3, 0]);
    const onlyNew = await another(sealingWith([{ id: 'new', secret: 'new' }], () => env.REFLEX_SECRET_NEW));
    expect([onlyNew.value('edge'), onlyNew.value('other')]).toEqual(['of edge', undefined]);
    expect(onlyNew.all().map(({ fault }) => fault)).toEqual([undefined, undefined, undefined]);
    expect(await rekey()).toMatchObject({ body: { sealed: [] } });
    expect(await audits()).toContainEqual(['rekey_secret', 'ada', { type: 'secret', id: 'edge' }, undefined]);
  });

  it('seals nothing that cannot be believed, and says what is left', async () => {
    await beginWithBoth();
    put({ ...stored(), version: 5 });
    await host.drive(host.storedSecrets.load());
    expect(await rekey()).toMatchObject({
      body: { sealed: ['other'], left: [{ name: 'edge', why: expect.stringContaining('changed') as string }] },
    });
  });

  it('is not taken from another place where the first one is away', async () => {
    await begin({ secrets: { env: { REFLEX_SECRET_OLD: aKey() }, keys } });
    expect(await set('edge', SECRET)).toMatchObject({ body: { code: 'no_secret_key' } });
    expect(await rekey()).toMatchObject({ body: { code: 'no_secret_key' } });
    expect(host.secretBook.troubles()).toMatchObject([{ code: 'secret_key_unusable' }]);
  });
});
