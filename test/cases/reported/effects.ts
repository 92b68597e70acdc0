import { alert, asksSomebody, onlyCase, verdictOf, type PublicCase } from '../public_case';
import type { Rig, Sent } from '../rig';

/* How long what is in effect lasts, who may end it, and what people are shown of it. */

const block = (rig: Rig, ip: string, ...tags: readonly string[]): Promise<Sent> =>
  rig.send(alert(rig, { rule: rig.id(), ip, tags }), { settleMs: 0 });

/** A block is removed so long after the last reason began, s; at most 5 s late. */
const TTL_S = 60;
const MOST_LATE_S = 5;

/** Seconds between the alerts. */
const PAUSES: ReadonlyArray<readonly number[]> = [[], [2], [10], [2, 3]];

const joined: readonly PublicCase[] = [
  ...PAUSES.map((pauses): PublicCase => ({
    name: `joined reason/${pauses.length + 1} alerts for one address${pauses.map((each) => `, ${each} s later`).join('')}`,
    from: ['fail2ban#2333', 'wazuh#9370'],
    right: 'removed when the last reason ends, at most 5 s late',
    policies: ['t-short'],
    run: async (rig) => {
      const ip = '198.51.100.31';
      await block(rig, ip, 't-short');
      for (const pause of pauses) {
        await rig.wait(pause * 1_000);
        await block(rig, ip, 't-short');
      }
      await rig.wait(150_000);
      const lasted = rig.lasted(`block_ip ${ip}`) - pauses.reduce((sum, each) => sum + each, 0);
      expect(lasted).toBeGreaterThanOrEqual(TTL_S - 1);
      expect(lasted).toBeLessThanOrEqual(TTL_S + MOST_LATE_S);
    },
  })),
  {
    name: 'joined reason/a longer one where the target ends entries by itself',
    from: ['crowdsecurity/crowdsec#1244'],
    right: 'the target is told of the later deadline before its own: the address stays blocked for ten minutes',
    policies: ['t-short', 't-long'],
    weathers: ['native_ttl'],
    run: async (rig) => {
      const ip = '198.51.100.21';
      await block(rig, ip, 't-short');
      await block(rig, ip, 't-long');
      await rig.wait(5 * 60_000);
      expect(rig.inEffect()).toEqual([`block_ip ${ip}`]);
      await rig.wait(6 * 60_000);
      expect(rig.inEffect()).toEqual([]);
    },
  },
];

const persons: readonly PublicCase[] = [
  {
    name: 'person’s word/lifted, then the next alert',
    from: ['fail2ban#2615', 'fail2ban#768', 'wazuh#1491', 'Charon#939'],
    right: 'after a lift the target asks a person first for a while',
    policies: ['t-long'],
    run: async (rig) => {
      const ip = '198.51.100.42';
      expect(verdictOf(await block(rig, ip, 't-long'))).toBe('permit');
      await rig.wait(3_000);
      await rig.lift('a false alarm: the address of a partner');
      expect(rig.inEffect()).toEqual([]);
      const next = await rig.send(alert(rig, { rule: rig.id(), ip, tags: ['t-long'] }));
      expect([asksSomebody(next), rig.orders()]).toEqual([true, [`block_ip ${ip}`]]);
    },
  },
  {
    name: 'shown is not so/an approval that nobody can carry out',
    from: [],
    right: 'what is approved is carried out, or is not offered',
    policies: ['t-user', 'starter'],
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { tags: ['t-user'], user: 'root@web-01' }));
      expect(verdictOf(sent)).toBe('escalate');
      await rig.approve();
      await rig.wait(5 * 60_000);
      const statuses = rig.caseOf(onlyCase(sent)).acts.map(({ status }) => status);
      expect(statuses).not.toContain('held');
      expect(statuses).not.toContain('waiting');
    },
  },
  {
    name: 'shown is not so/a permitted act that the brakes stopped',
    from: ['fail2ban#39'],
    right: 'the list of decisions says that it was stopped, and why',
    policies: ['t-short', 'starter'],
    run: async (rig) => {
      await block(rig, '8.8.8.8', 't-short');
      await rig.wait(4_000);
      expect(rig.orders()).toEqual([]);
      expect(JSON.stringify(await rig.decisions())).toContain('protected_target');
    },
  },
  {
    name: 'shown is not so/a target that is away',
    from: ['Shuffle#345', 'prometheus/alertmanager#510'],
    right: 'undos that are overdue are a trouble of the agent',
    policies: ['t-short'],
    run: async (rig) => {
      for (const ip of ['198.51.100.71', '198.51.100.72', '198.51.100.73']) await block(rig, ip, 't-short');
      await rig.wait(4_000);
      rig.targetAnswers(false);
      await rig.wait(5 * 60_000);
      expect(rig.troubles()).not.toEqual([]);
    },
  },
];

const loop: PublicCase = {
  name: 'busy loop/one more alert for what was taken over',
  from: ['Shuffle#1276', 'Shuffle#1006', 'Shuffle#678', 'StackStorm#6010'],
  right: 'one decision: waiting for a busy target is none, and a reason joins once the effect is verified',
  policies: ['t-long'],
  run: async (rig) => {
    const ip = '198.51.100.41';
    await block(rig, ip, 't-long');
    await rig.restart();
    const second = onlyCase(await block(rig, ip, 't-long'));
    await rig.wait(4 * 60_000);
    expect([rig.decided(second), rig.orders()]).toEqual([1, [`block_ip ${ip}`]]);
  },
};

export const EFFECT_CASES: readonly PublicCase[] = [...joined, ...persons, loop];
