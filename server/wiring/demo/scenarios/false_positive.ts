import { partner } from '../cast';
import { detection, documentMonitor, type Scene } from '../monitor';

const FEED = documentMonitor('known-ioc', 'network', {
  name: 'Connection from an address of a threat feed',
  tags: ['attack.t1071'],
});

const DESK = documentMonitor('service-desk', 'service-desk', {
  name: 'A partner cannot reach us',
  tags: ['service-desk'],
});

/** The policy that acts on it; its block lasts, and invites to be lifted. */
export const FALSE_POSITIVE_POLICY = 'block-known-ioc';

/**
 * The feed is sure, and out of date: the address belongs to the payroll provider by now. Whoever is locked out calls
 * the service desk, so that the next event says why the block should be lifted.
 */
export const falsePositive = (round: number): Scene => {
  const source = { ip: partner(round * 5 + 3), domain: 'gateway.payroll.example' };
  return {
    scenario: 'false_positive',
    title: 'a threat feed is out of date',
    sightings: [
      {
        monitor: FEED,
        severity: '2',
        afterMs: 0,
        promise: 'permit',
        document: detection(FEED, 0.92, {
          message: 'connection to our payroll interface; the entry of the feed is 14 months old',
          source,
          rule: { origin: 'known_ioc' },
          threat: { indicator: { ip: source.ip, provider: 'demo-feed', last_seen: '2025-09-20T00:00:00.000Z' } },
        }),
      },
      {
        monitor: DESK,
        severity: '4',
        afterMs: 8_000,
        promise: 'learn',
        document: detection(DESK, 0.9, {
          message: `the payroll provider reports that its gateway ${source.ip} is blocked at our firewall`,
          source,
        }),
      },
    ],
  };
};
