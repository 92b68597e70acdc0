import { bannable, banAlert, lastsMs } from './ban';
import { commandOf, markOf, readDecisions, readDecisionsOfAlerts } from './decisions';
import { fromGoDuration } from './go_duration';

describe('a duration as Go writes it', () => {
  it.each([
    ['9m59.5s', 599_500],
    ['1h2m3s', 3_723_000],
    ['1h0m0.25s', 3_600_250],
    ['3.5ms', 3.5],
    ['-3.5ms', -3.5],
    ['-1m0s', -60_000],
    ['250µs', 0.25],
    ['0s', 0],
    ['', undefined],
    ['5', undefined],
    ['5 s', undefined],
    ['abc', undefined],
    ['5s; drop', undefined],
  ])('%j is %j ms', (text, ms) => {
    const read = fromGoDuration(text);
    if (ms === undefined) expect(read).toBeUndefined();
    else expect(read).toBeCloseTo(ms, 6);
  });
});

const LISTED = {
  id: 7,
  origin: 'reflex',
  scenario: 'reflex/5b0c',
  scope: 'Ip',
  type: 'ban',
  value: '10.0.0.1',
  duration: '5s',
};

describe("CrowdSec's lists", () => {
  it('are empty when they are null', () => {
    expect(readDecisions(null)).toEqual([]);
    expect(readDecisionsOfAlerts(null)).toEqual([]);
    expect(readDecisionsOfAlerts([{ decisions: null }, { decisions: [] }])).toEqual([]);
  });

  it('are read as a whole or not at all', () => {
    expect(readDecisions([LISTED])).toMatchObject([{ id: 7, remainingMs: 5_000 }]);
    const broken = [
      null,
      'x',
      { ...LISTED, id: '7' },
      { ...LISTED, id: 0 },
      { ...LISTED, duration: 'soon' },
      { ...LISTED, value: 1 },
    ];
    for (const item of broken) {
      expect(readDecisions([LISTED, item])).toBeUndefined();
      expect(readDecisionsOfAlerts([{ decisions: [LISTED, item] }])).toBeUndefined();
    }
    for (const answer of [undefined, {}, 'text', 1]) {
      expect(readDecisions(answer)).toBeUndefined();
      expect(readDecisionsOfAlerts(answer)).toBeUndefined();
    }
    expect(readDecisionsOfAlerts([7])).toBeUndefined();
  });

  it('name our commands by their mark', () => {
    expect(commandOf(markOf('5b0c'))).toBe('5b0c');
    for (const mark of ['5b0c', 'reflex/', 'crowdsecurity/ssh-bf', 'xreflex/5b0c'])
      expect(commandOf(mark)).toBeUndefined();
  });
});

describe('what can be banned', () => {
  it.each(['10.0.0.1', '203.0.113.7'])('is %s', (value) => {
    expect(bannable({ type: 'ip', value }, false)).toEqual({ ok: true, value });
  });

  it.each([
    ['a range, which would be accepted and not enforced', { type: 'ip', value: '198.18.2.8/29' }, 'not_enforced'],
    ['IPv6 where the firewall does not filter it', { type: 'ip', value: '2001:db8::1' }, 'not_enforced'],
    ['a name', { type: 'ip', value: 'evil.example' }, 'wrong_target'],
    ['another spelling', { type: 'ip', value: '2130706433' }, 'wrong_target'],
    ['nothing', { type: 'ip', value: '' }, 'wrong_target'],
    ['a host', { type: 'host', value: '10.0.0.1' }, 'wrong_target'],
  ] as const)('is not %s', (_what, target, code) => {
    expect(bannable(target, false)).toMatchObject({ ok: false, error: { code, retryable: false } });
  });

  it('is IPv6 where the firewall filters it', () => {
    expect(bannable({ type: 'ip', value: '2001:db8::1' }, true)).toMatchObject({ ok: true });
    expect(bannable({ type: 'ip', value: 'fe80::1%eth0' }, true)).toMatchObject({ ok: false });
  });

  it('is banned for the ttl and a grace, and for a year where only a person ends it', () => {
    const alert = (ttl_ms: number | null) =>
      banAlert('c1', { address: '10.0.0.1', origin: 'reflex', forMs: lastsMs(ttl_ms, 60), now: 0, message: '' });
    expect(alert(90_001)).toMatchObject({ decisions: [{ duration: '151s' }] });
    expect(alert(null)).toMatchObject({ decisions: [{ duration: '31536000s' }] });
  });
});
