import { alert, eventsOf, onlyCase, verdictOf, verdictsNow, type PublicCase } from './public_case';
import type { Rig, Sent } from './rig';

/* The same, over restarts and while something is away. */

const block = (rig: Rig, ip: string, tag: string): Promise<Sent> =>
  rig.send(alert(rig, { rule: rig.id(), ip, tags: [tag] }));

const restarts: readonly PublicCase[] = [
  {
    name: 'held/killed with four containments, five minutes down over one end',
    from: ['fail2ban#4117', 'fail2ban#3990', 'fail2ban#3164'],
    right: 'all are taken over, what is over is ended, the others keep their times, nothing is sent twice',
    policies: ['t-short', 't-long'],
    run: async (rig) => {
      await block(rig, '198.51.100.41', 't-long');
      await block(rig, '198.51.100.43', 't-short');
      await block(rig, '198.51.100.44', 't-long');
      await block(rig, '198.51.100.45', 't-long');
      const sent = rig.orders();
      await rig.restart(5 * 60_000);
      expect(rig.inEffect()).toEqual(['198.51.100.41', '198.51.100.44', '198.51.100.45'].map((ip) => `block_ip ${ip}`));
      await rig.wait(5 * 60_000);
      expect([rig.inEffect(), rig.orders()]).toEqual([[], sent]);
      expect(rig.lasted('block_ip 198.51.100.45')).toBeLessThan(606);
    },
  },
  {
    name: 'held/restarted with eleven containments',
    from: ['fail2ban#4117'],
    right: 'times are kept, nothing is sent twice',
    policies: ['t-long'],
    run: async (rig) => {
      const ips = Array.from({ length: 11 }, (_, index) => `198.51.100.${101 + index}`);
      await rig.send(ips.map((ip) => alert(rig, { rule: rig.id(), ip, tags: ['t-long'] })));
      const sent = rig.orders();
      expect(sent).toHaveLength(11);
      await rig.restart();
      expect(rig.inEffect()).toHaveLength(11);
      await rig.wait(11 * 60_000);
      expect([rig.inEffect(), rig.orders()]).toEqual([[], sent]);
      for (const ip of ips) expect(rig.lasted(`block_ip ${ip}`)).toBeGreaterThan(594);
    },
  },
  {
    name: 'held/two reports, a restart, the third',
    from: [],
    right: 'the count survives',
    policies: ['block-brute-force-source'],
    run: async (rig) => {
      const one = { rule: 'r', ip: '203.0.113.155', tags: ['attack.t1110'] };
      const report = async () => verdictOf(await rig.send(alert(rig, one)));
      const before = [await report(), await report()];
      await rig.restart();
      expect([...before, await report()]).toEqual(['hold', 'hold', 'permit']);
    },
  },
];

const away: readonly PublicCase[] = [
  {
    name: 'held/the store does not answer',
    from: ['n8n', 'Shuffle (events lost while the store is away)'],
    right: 'everything waits on the disk, and is decided later',
    run: async (rig) => {
      await rig.storeAnswers(false);
      const sent = await rig.send(Array.from({ length: 10 }, () => alert(rig, { ip: '203.0.113.57' })));
      const { results } = sent.answer as { readonly results: ReadonlyArray<{ readonly status: string }> };
      expect(results.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 'spooled'));
      await rig.storeAnswers(true);
      const cases = rig.allCases();
      expect([cases.length, verdictsNow(rig, { cases }).includes(undefined)]).toEqual([10, false]);
    },
  },
  {
    name: 'held/the target is away',
    from: ['Shuffle#345', 'prometheus/alertmanager#510'],
    right: 'an act that failed waits for a person; an undo is repeated and comes through',
    policies: ['t-short', 't-long'],
    run: async (rig) => {
      await block(rig, '198.51.100.71', 't-short');
      rig.targetAnswers(false);
      const second = await block(rig, '198.51.100.72', 't-long');
      await rig.wait(90_000);
      expect(rig.caseOf(onlyCase(second)).acts.map(({ status }) => status)).toEqual(['waiting']);
      expect(rig.inEffect()).toEqual(['block_ip 198.51.100.71']);
      rig.targetAnswers(true);
      await rig.wait(120_000);
      expect(rig.inEffect()).toEqual([]);
    },
  },
  {
    name: 'held/a longer block for who comes again',
    from: ['wazuh#678', 'wazuh#1599', 'wazuh#933', 'wazuh#15171', 'crowdsecurity/crowdsec#1500'],
    right: 'two policies on what was done before: a minute at first, five the next time',
    policies: ['t-first', 't-again'],
    run: async (rig) => {
      const ip = '198.51.100.61';
      const ttls = async () => onlyCase(await block(rig, ip, 't-rep')).decision?.acts.map(({ ttl_ms }) => ttl_ms);
      expect(await ttls()).toEqual([60_000]);
      await rig.wait(90_000);
      expect([await ttls(), rig.orders()]).toEqual([[300_000], [`block_ip ${ip}`, `block_ip ${ip}`]]);
    },
  },
  {
    name: 'held/documents in two indices',
    from: ['wazuh#28904', 'wazuh#4045'],
    right: 'two with one id are two events, the large one is decided, the one without severity holds up nothing',
    map: 'wazuh',
    run: async (rig) => {
      const doc = (id: string, srcip: string, more: object = {}) => ({
        id,
        timestamp: rig.now(),
        rule: { level: 12, description: 'd', id: '31103' },
        agent: { id: '001', name: 'web-01' },
        data: { srcip },
        ...more,
      });
      const twins = await rig.index([doc('1764328000.5', '203.0.113.201'), doc('1764328000.5', '203.0.113.202')]);
      expect(eventsOf(twins).map(({ source }) => source?.ip)).toEqual(['203.0.113.201', '203.0.113.202']);
      const others = await rig.index([
        doc(rig.id(), '203.0.113.203', { previous_output: 'z'.repeat(70_000) }),
        doc(rig.id(), '203.0.113.204', { rule: { description: 'd', id: '1' } }),
      ]);
      expect([others.cases.length, others.quarantined]).toEqual([1, 1]);
    },
  },
];

export const HELD_OVER_TIME: readonly PublicCase[] = [...restarts, ...away];
