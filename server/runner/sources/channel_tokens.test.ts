import { ChannelTokens, makeToken } from './channel_tokens';
import { StoreUnavailable, type Clock, type StateDoc } from '../ports';
import type { ChannelContent, ChannelToken } from '../keeping/kinds/sources';
import { sha256 } from '../../engine/digest/digest';

const NOW = Date.parse('2026-11-22T10:00:00.000Z');
const TOKEN = makeToken({ uuid: () => '01234567-89ab-4cde-8f01-23456789abcd' });
const token = (overrides: Partial<ChannelToken> = {}): ChannelToken => ({
  sha256: sha256(TOKEN),
  state: 'current',
  made_at: '2026-11-22T09:00:00.000Z',
  ends_at: '2026-11-22T11:00:00.000Z',
  ...overrides,
});

const aScene = (...tokens: ChannelToken[]) => {
  const scene = { now: 0, reads: 0, away: false, tokens, test: undefined as ChannelContent['test'] };
  const clock = { monotonic: () => scene.now, utc: () => NOW + scene.now } as Clock;
  const get = async (): Promise<StateDoc> => {
    scene.reads += 1;
    if (scene.away) throw new StoreUnavailable('away');
    const content: ChannelContent = {
      channel_id: 'reflex-1',
      open: true,
      url: 'x',
      rotated_at: '',
      tokens: scene.tokens,
      ...(scene.test ? { test: scene.test } : {}),
    };
    return { kind: 'channel', content } as unknown as StateDoc;
  };
  return { scene, tokens: new ChannelTokens({ store: { get }, clock }) };
};

describe('the tokens of the channel', () => {
  it('are known by their digest, and no other one is', async () => {
    const { tokens } = aScene(token());
    expect(await tokens.owner(TOKEN)).toEqual({
      channelId: 'reflex-1',
      sha256: sha256(TOKEN),
      pending: false,
      awaited: false,
    });
    expect(await tokens.owner(`${TOKEN}0`)).toBeUndefined();
    expect(await tokens.owner(sha256(TOKEN))).toBeUndefined();
  });

  it('cost nobody a look into the store who guesses anything else', async () => {
    const { scene, tokens } = aScene(token());
    for (const guess of ['', 'x', 'Bearer', 'RFX_1']) expect(await tokens.owner(guess)).toBeUndefined();
    expect(scene.reads).toBe(0);
  });

  it('are read once for many messages, and again after a second', async () => {
    const { scene, tokens } = aScene(token());
    await Promise.all(Array.from({ length: 50 }, () => tokens.owner(TOKEN)));
    expect(scene.reads).toBe(1);
    scene.tokens = [];
    scene.now = 1_001;
    expect([await tokens.owner(TOKEN), scene.reads]).toEqual([undefined, 2]);
  });

  it('end when their time is over', async () => {
    const { scene, tokens } = aScene(token());
    scene.now = 3_600_000;
    expect(await tokens.owner(TOKEN)).toBeUndefined();
  });

  it('are those read last while OpenSearch is away, so that the spool can take what comes', async () => {
    const { scene, tokens } = aScene(token());
    await tokens.owner(TOKEN);
    scene.away = true;
    scene.now = 60_000;
    expect(await tokens.owner(TOKEN)).toMatchObject({ channelId: 'reflex-1' });
  });

  it('say what the document does not know yet: that this one came, that a test message is awaited', async () => {
    expect(await aScene(token({ state: 'pending' })).tokens.owner(TOKEN)).toMatchObject({ pending: true });
    const { scene, tokens } = aScene(token());
    scene.test = { sent_at: '2026-11-22T09:00:00.000Z' };
    expect(await tokens.owner(TOKEN)).toMatchObject({ pending: false, awaited: true });
  });
});
