import {
  alert,
  asksSomebody,
  each,
  eventOf,
  faresOf,
  onlyCase,
  verdictOf,
  verdictsNow,
  type PublicCase,
} from '../public_case';
import { fill } from '../rig';

/* Who a thing is, and what is no thing at all. */

const CONFIRMED = ['block-brute-force-source'];
const guess = { tags: ['attack.t1110'] };

const wrongEntity: readonly PublicCase[] = [
  {
    name: 'wrong entity/three sources share one user',
    from: ['fail2ban (maxretry)', 'wazuh (rules by frequency)'],
    right:
      'each source was seen once, so none is blocked, not when the wait ends either: what confirms an act is its target',
    policies: CONFIRMED,
    run: async (rig) => {
      for (const ip of ['203.0.113.11', '203.0.113.12', '203.0.113.13']) {
        const sent = await rig.send(alert(rig, { ...guess, rule: rig.id('r'), ip, user: 'root' }));
        expect([ip, verdictOf(sent)]).toEqual([ip, 'hold']);
      }
      await rig.wait(11 * 60_000);
      expect(rig.orders()).toEqual([]);
    },
  },
  {
    name: 'wrong entity/different alerts without a rule id',
    from: [],
    right: 'without the id of a rule nothing confirms across alerts',
    policies: CONFIRMED,
    run: async (rig) => {
      for (const [ip, rule_name] of [
        ['203.0.113.21', 'A'],
        ['203.0.113.22', 'B'],
        ['203.0.113.23', 'C'],
      ] as const) {
        const shared = { ...guess, rule: undefined, user: 'shared.account' };
        const sent = await rig.send(alert(rig, { ...shared, ip, rule_name }));
        expect([rule_name, verdictOf(sent)]).toEqual([rule_name, 'hold']);
      }
      await rig.wait(11 * 60_000);
      expect(rig.orders()).toEqual([]);
    },
  },
];

const missing: readonly PublicCase[] = [
  {
    name: 'missing is not a value/no source address',
    from: ['counteractive/o365beat#16'],
    right: 'an act whose target is unknown goes to a person before any judge speaks of it',
    policies: ['t-short', 'starter'],
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { tags: ['t-short'] }));
      expect(verdictOf(sent)).toBe('escalate');
    },
  },
  ...each(
    {
      name: 'missing is not a value/an address with more around it',
      from: ['counteractive/o365beat#16', 'Azure/Azure-Sentinel PR 5579', 'elastic/integrations PR 2669'],
      right: 'port, brackets and zone are read away where the event comes in; what stays unreadable goes to a person',
      policies: ['t-short', 'starter'],
    },
    {
      'a port': { said: '203.0.113.110:443', ip: '203.0.113.110', verdict: 'permit' },
      'brackets and a port': { said: '[2001:db8::1]:51234', ip: '2001:db8::1', verdict: 'permit' },
      brackets: { said: '[2001:db8::2]', ip: '2001:db8::2', verdict: 'permit' },
      'a zone': { said: 'fe80::1%eth0', ip: 'fe80::1', verdict: 'deny' },
      'a list with commas': { said: '203.0.113.113, 10.0.0.1', ip: undefined, verdict: 'escalate' },
    },
    async (rig, { said, ip, verdict }) => {
      const sent = await rig.send(alert(rig, { tags: ['t-short'], ip: said }));
      expect(verdictOf(sent)).toBe(verdict);
      if (ip !== undefined) expect(eventOf(sent).source?.ip).toBe(ip);
    },
  ),
  {
    name: 'missing is not a value/a dash for the user',
    from: ['falcosecurity/falco#1029', 'falcosecurity/falco#812', 'falcosecurity/falco#2700'],
    right: 'what a source writes for "missing" is not there: no user in the event, and nothing is done to it',
    policies: ['t-user', 'starter'],
    run: async (rig) => {
      const sent = await rig.send(alert(rig, { tags: ['t-user'], user: '-' }));
      expect(eventOf(sent).user?.name).toBeUndefined();
      expect(rig.orders()).toEqual([]);
    },
  },
];

const OFFICE = { type: 'subnet', value: '10.0.0.0/24', name: 'office', origin: 'file' } as const;
const pc = (value: string) =>
  ({
    type: 'host',
    value,
    addresses: ['10.0.0.12'],
    subnets: ['10.0.0.0/24'],
    tags: ['workstation'],
    origin: 'file',
  }) as const;

const spelling: readonly PublicCase[] = [
  ...each(
    {
      name: 'spelling/a protected account',
      from: ['Azure Security Center (sample alert)', 'wazuh (Windows events)'],
      right: 'denied in every spelling: an entry without a domain covers every domain',
      policies: ['t-user', 'starter'],
      inventory: [
        ...['administrator', 'corp\\administrator', 'administrator@corp.example'].map(
          (value) => ({ type: 'user', value, groups: ['staff'], tags: [], origin: 'file' }) as const,
        ),
        ...fill('user', { groups: ['staff'] }),
      ],
    },
    {
      plain: 'administrator',
      'with its domain': 'CORP\\Administrator',
      'with an at sign': 'administrator@corp.example',
    },
    async (rig, user) => {
      const sent = await rig.send(alert(rig, { tags: ['t-user'], user }));
      const stopped = verdictOf(sent) === 'deny' || faresOf(sent).every((fare) => fare.startsWith('denied'));
      expect([user, stopped, rig.orders()]).toEqual([user, true, []]);
    },
  ),
  {
    name: 'spelling/one machine by its short and its full name',
    from: ['wazuh#15184'],
    right: 'one machine is isolated once, for two reasons, and counts once in the limits',
    policies: ['t-host', 'starter'],
    inventory: [
      OFFICE,
      pc('pc-12'),
      pc('pc-12.office.example'),
      ...fill('host', { subnets: ['10.0.0.0/24'], tags: ['workstation'] }),
    ],
    run: async (rig) => {
      const about = { tags: ['t-host'], proc: 'x.exe' };
      const first = await rig.send(alert(rig, { ...about, rule: rig.id(), host: 'pc-12' }));
      expect([verdictOf(first), rig.orders()]).toEqual(['permit', ['isolate_host pc-12']]);
      const second = await rig.send(alert(rig, { ...about, rule: rig.id(), host: 'PC-12.office.example' }));
      expect([verdictOf(second), rig.orders()]).toEqual(['permit', ['isolate_host pc-12']]);
      expect(onlyCase(second).acts[0]?.effect_id).toBe(onlyCase(first).acts[0]?.effect_id);
    },
  },
];

const width: readonly PublicCase[] = each(
  {
    name: 'width/a domain as wide as a /8',
    from: ['BetterBlocklist#12', 'EnergizedProtection#1008', 'Ultimate-Hosts-Blacklist#157', 'pfBlockerNG#1541'],
    right: 'a single label and a public suffix go to a person, whatever the policy says',
    policies: ['t-domain', 'starter'],
  },
  { 'a top-level domain': 'com', 'a public suffix': 'co.uk' },
  async (rig, domain) => {
    const sent = await rig.send(alert(rig, { tags: ['t-domain'], domain }));
    expect([domain, asksSomebody(sent), rig.orders()]).toEqual([domain, true, []]);
  },
);

/** The firewall, OpenSearch and the machine itself. */
const own: readonly PublicCase[] = [
  {
    name: 'guard by list/the own address',
    from: ['crowdsecurity/crowdsec#3656', 'crowdsecurity/hub#417', 'jabali-panel PR 802'],
    right: 'what the machine is called and how it is reached is never contained without a person, without any list',
    policies: ['t-short', 'starter'],
    run: async (rig) => {
      await rig.send(alert(rig, { tags: ['t-short'], rule: rig.id(), ip: rig.ownAddress }));
      expect(rig.orders()).toEqual([]);
    },
  },
  {
    name: 'guard by list/the own host',
    from: ['crowdsecurity/crowdsec#3656', 'crowdsecurity/hub#417', 'jabali-panel PR 802'],
    right: 'as for the own address',
    policies: ['t-host', 'starter'],
    inventory: [
      OFFICE,
      { ...pc('agent-0'), addresses: ['10.0.0.2'] },
      ...fill('host', { subnets: ['10.0.0.0/24'], tags: ['workstation'] }),
    ],
    run: async (rig) => {
      await rig.send(alert(rig, { tags: ['t-host'], rule: rig.id(), host: rig.ownHost, proc: 'x.exe' }));
      expect(rig.orders()).toEqual([]);
    },
  },
];

const network: PublicCase = {
  name: 'missing feature/the network of an IPv6 source',
  from: ['fail2ban#3960', 'fail2ban#927', 'crowdsecurity/crowdsec#402'],
  right: 'a /64 is as wide as an act may be, so a policy may permit it within its limits',
  policies: ['t-network', 'starter'],
  run: async (rig) => {
    const sent = await rig.send(alert(rig, { tags: ['t-network'], ip: '2001:db8:77:1::a' }));
    expect([verdictOf(sent), rig.orders()]).toEqual(['permit', ['block_ip 2001:db8:77:1::/64']]);
  },
};

const burst: readonly PublicCase[] = [
  {
    name: 'burst/three in one request',
    from: ['wazuh#1406', 'Kibana (actions in a batch)'],
    right: 'each is noted before it is decided, in the order of arrival: the third confirms',
    policies: CONFIRMED,
    run: async (rig) => {
      const one = { ...guess, rule: rig.id('r'), ip: '203.0.113.151' };
      const sent = await rig.send([alert(rig, one), alert(rig, one), alert(rig, one)]);
      expect(rig.orders()).toEqual(['block_ip 203.0.113.151']);
      await rig.wait(11 * 60_000);
      // What was held may join the effect or end with it; it was no noise.
      expect(verdictsNow(rig, sent)).not.toContain('learn');
      expect(rig.orders()).toEqual(['block_ip 203.0.113.151']);
    },
  },
  {
    name: 'burst/two in one request where two are asked for',
    from: ['wazuh#1406', 'Kibana (actions in a batch)'],
    right: 'the second confirms the first, and the address is blocked once',
    policies: ['block-exploit-source'],
    run: async (rig) => {
      const one = { tags: ['attack.t1190'], rule: rig.id('r'), ip: '203.0.113.152' };
      const sent = await rig.send([alert(rig, one), alert(rig, one)]);
      expect(rig.orders()).toEqual(['block_ip 203.0.113.152']);
      await rig.wait(6 * 60_000);
      expect(rig.orders()).toEqual(['block_ip 203.0.113.152']);
      expect(verdictsNow(rig, sent)).not.toContain('learn');
    },
  },
  {
    name: 'burst/three from the spool',
    from: ['wazuh#1406', 'Kibana (actions in a batch)'],
    right: 'what waited on the disk is decided as if it had come one by one',
    policies: CONFIRMED,
    run: async (rig) => {
      await rig.storeAnswers(false);
      const one = { ...guess, rule: rig.id('r'), ip: '203.0.113.154' };
      for (let count = 0; count < 3; count += 1)
        expect((await rig.send(alert(rig, one))).answer).toMatchObject({ results: [{ status: 'spooled' }] });
      await rig.storeAnswers(true);
      expect(rig.orders()).toEqual(['block_ip 203.0.113.154']);
    },
  },
];

export const ENTITY_CASES: readonly PublicCase[] = [
  ...wrongEntity,
  ...missing,
  ...spelling,
  ...width,
  ...own,
  network,
  ...burst,
];
