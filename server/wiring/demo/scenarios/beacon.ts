import { attacker, employee, workstation } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('c2-beacon', 'network', {
  name: 'Beacon to a command and control server',
  tags: ['attack.t1071.001'],
});

const beaconing = (host: string, destination: object, message: string): Omit<Sighting, 'promise'> => ({
  monitor: MONITOR,
  severity: '2',
  afterMs: 0,
  document: detection(MONITOR, 0.92, {
    message,
    host: { name: host },
    destination,
    threat: { technique: { id: 'T1071.001', name: 'Web Protocols' } },
  }),
});

/** A workstation calls home every minute. The address outside is blocked; the host is dealt with by others. */
export const beacon = (round: number): Scene => ({
  scenario: 'c2_beacon',
  title: 'a workstation calls home',
  sightings: [
    {
      ...beaconing(
        workstation('sal', round * 3),
        { ip: attacker(round * 5 + 2), domain: `cdn${round}.update-check.example` },
        `60 s apart, jitter 2 %, 312 bytes each, user ${employee(round)}`,
      ),
      promise: 'permit',
    },
  ],
});

/**
 * DNS over HTTPS to a public resolver is as regular as a beacon. The resolver is a protected target: nobody blocks it.
 */
export const resolver = (round: number): Scene => ({
  scenario: 'c2_beacon',
  title: 'DNS over HTTPS looks like a beacon',
  sightings: [
    {
      ...beaconing(
        workstation('sal', round * 3 + 1),
        { ip: '9.9.9.9' },
        '30 s apart, jitter 1 %, 128 bytes each, port 443',
      ),
      promise: 'permit',
      stoppedBy: 'protected_target',
    },
  ],
});
