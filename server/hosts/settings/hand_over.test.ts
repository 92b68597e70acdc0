import { readSettings } from '../settings';
import { handOverSecrets } from './hand_over';

const SHA = 'a'.repeat(64);
const read = (hand_over: unknown, tokens: unknown = []) => readSettings({ hand_over, intake: { tokens } });
const desk = (webhook: object, more: object = {}) => ({
  channels: [{ name: 'tickets', webhook: { url: 'https://desk.example/api', ...webhook }, ...more }],
});
const placeOf = (hand_over: unknown, tokens?: unknown): string => {
  const settings = read(hand_over, tokens);
  return settings.ok ? '' : (settings.error[0]?.path ?? '');
};

describe('the settings of handing over', () => {
  it('name nobody unless they say so', () => {
    const settings = readSettings({});
    expect(settings.ok && settings.value.handOver).toEqual({ channels: [] });
  });

  it('are what they say, with defaults', () => {
    const tokens = [{ name: 'desk', sha256: SHA, may: ['verdict'] }];
    const settings = read({ page: 'https://soc.example/app/reflex', ...desk({}, { verdicts_by: 'desk' }) }, tokens);
    expect(settings.ok && settings.value.handOver).toEqual({
      page: 'https://soc.example/app/reflex',
      channels: [
        {
          ...{ name: 'tickets', kind: 'webhook', mostAnHour: 60, keepHours: 24, verdictsBy: 'desk' },
          tell: ['opened', 'reminded', 'closed'],
          to: { url: 'https://desk.example/api', escape: 'none' },
        },
      ],
    });
    const chat = read({ channels: [{ name: 'chat', tell: ['opened'], opensearch_notifications: { channel: 'soc' } }] });
    expect(chat.ok && chat.value.handOver.channels).toMatchObject([
      { kind: 'opensearch_notifications', tell: ['opened'], to: { channel: 'soc', format: 'text', escape: 'none' } },
    ]);
  });

  it('name the secrets without which a channel cannot be told', () => {
    const settings = read(desk({ path_secret: 'a', auth: { secret: 'b' }, sign: { secret: 'c' } }));
    const [channel] = settings.ok ? settings.value.handOver.channels : [];
    expect(channel && handOverSecrets(channel)).toEqual(['a', 'b', 'c']);
  });

  const at = 'hand_over.channels.0';
  it.each([
    ['no kind', { channels: [{ name: 'x' }] }, at],
    ['two kinds', desk({}, { opensearch_notifications: { channel: 'x' } }), at],
    ['the same name twice', { channels: [...desk({}).channels, ...desk({}).channels] }, 'hand_over.channels.1.name'],
    ['without the first message', desk({}, { tell: ['closed'] }), `${at}.tell`],
    ['an address that is no https', desk({ url: 'http://desk.example' }), `${at}.webhook.url`],
    ['Reflex itself', desk({ url: 'https://soc.example/api/reflex/events' }), `${at}.webhook.url`],
    ['an unknown placeholder', desk({ body: { a: ['{titel}'] } }), `${at}.webhook.body.a.0`],
    ['an unknown placeholder of one message', desk({ closed: { body: '{x}' } }), `${at}.webhook.closed.body`],
    ['a path with a value of a report', desk({ opened: { path: '/{rule.name}' } }), `${at}.webhook.opened.path`],
    ['two paths', desk({ path_secret: 's', closed: { path: '/x' } }), `${at}.webhook.closed.path`],
    [
      'a header that Reflex sets',
      desk({ headers: { 'Idempotency-Key': 'x' } }),
      `${at}.webhook.headers.Idempotency-Key`,
    ],
    ['a secret in a header', desk({ headers: { 'x-api-key': 'x' } }), `${at}.webhook.headers.x-api-key`],
    ['verdicts by a token that there is not', desk({}, { verdicts_by: 'desk' }), `${at}.verdicts_by`],
    ['a page with a query', { page: 'https://soc.example/?x=1' }, 'hand_over.page'],
  ])('are refused with their place: %s', (_, hand_over, place) => {
    expect(placeOf(hand_over)).toBe(place);
  });

  it('want the token of verdicts to have that right, and say so', () => {
    const tokens = [{ name: 'desk', sha256: SHA, may: ['intake'] }];
    expect(placeOf(desk({}, { verdicts_by: 'desk' }), tokens)).toBe(`${at}.verdicts_by`);
  });
});
