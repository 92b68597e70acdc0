import { employee, workstation } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('protection-off', 'endpoint', {
  name: 'Protection of a host was switched off',
  tags: ['attack.t1562.001'],
});

const switchedOff = (host: string, user: string, promise: Sighting['promise']): Sighting => ({
  monitor: MONITOR,
  severity: '2',
  afterMs: 0,
  promise,
  document: detection(MONITOR, 0.8, {
    message: 'the service of the endpoint agent was stopped for 40 s',
    host: { name: host },
    user: { name: user },
    threat: { technique: { id: 'T1562.001', name: 'Disable or Modify Tools' } },
  }),
});

/* The alerts are alike. What tells them apart is what the endpoint agent says of the host when it is asked. */

/** Its agent reports that the host was altered: it is isolated. Its number ends with 7 (`isTampered` of the target). */
export const alteredHost = (round: number): Scene => ({
  scenario: 'altered_host',
  title: 'protection is switched off on a workstation that was altered',
  sightings: [switchedOff(workstation('sal', round * 10 + 6), employee(round * 11 + 160), 'permit')],
});

/** An update restarts the agent, which finds the host as it should be. */
export const updatedHost = (round: number): Scene => ({
  scenario: 'altered_host',
  title: 'an update restarts the endpoint agent',
  sightings: [switchedOff(workstation('sal', round * 10 + 2), employee(round * 11 + 161), 'learn')],
});
