import { readSettings } from '../settings';
import { verifyEveryMs } from './verify';

const paceOf = (value: object): ((connector: string) => number) => {
  const settings = readSettings(value);
  if (!settings.ok) throw new Error(JSON.stringify(settings.error));
  return verifyEveryMs(settings.value);
};
const edge = { name: 'edge', kind: 'rest' };

describe('how often targets are asked whether live effects are still there', () => {
  it('is every five minutes, unless the settings say otherwise, for all or for one connector', () => {
    expect(paceOf({})('edge')).toBe(300_000);
    expect(paceOf({ containments: { verify_every_s: 60 } })('edge')).toBe(60_000);
    const own = paceOf({ containments: { verify_every_s: 60 }, connectors: [{ ...edge, verify_every_s: 3_600 }] });
    expect([own('edge'), own('edr')]).toEqual([3_600_000, 60_000]);
  });

  it.each([9, 86_401, '60'])('is no %p', (verify_every_s) => {
    for (const value of [{ containments: { verify_every_s } }, { connectors: [{ ...edge, verify_every_s }] }])
      expect(readSettings(value).ok).toBe(false);
  });
});
