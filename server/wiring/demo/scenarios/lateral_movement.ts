import { ADMIN_HOST, employee, workstation } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('lateral-movement', 'endpoint', {
  name: 'Programs started on other hosts over admin shares',
  tags: ['attack.t1021.002'],
});

const remoteStart = (from: string, confidence: number, rest: object): Omit<Sighting, 'promise'> => ({
  monitor: MONITOR,
  severity: '1',
  afterMs: 0,
  document: detection(MONITOR, confidence, {
    host: { name: from },
    ...rest,
    threat: { technique: { id: 'T1021.002', name: 'SMB/Windows Admin Shares' } },
  }),
});

/** A workstation starts a service on others, the way intruders spread. It is isolated. */
export const lateralMovement = (round: number): Scene => ({
  scenario: 'lateral_movement',
  title: 'a workstation spreads to others',
  sightings: [
    {
      promise: 'permit',
      ...remoteStart(workstation('ops', round * 3 + 50), 0.95, {
        message: 'a service with a random name was started on 6 hosts within 2 min',
        user: { name: employee(round * 11 + 70) },
        process: { name: 'a8f3k.exe', pid: 5120, executable: 'C:\\Windows\\Temp\\a8f3k.exe' },
        destination: { host: workstation('ops', round * 3 + 51) },
      }),
    },
  ],
});

/** An administrator rolls out a program the same way. */
export const rollout = (round: number): Scene => ({
  scenario: 'lateral_movement',
  title: 'an administrator rolls out a program',
  sightings: [
    {
      promise: 'learn',
      ...remoteStart(ADMIN_HOST, 0.85, {
        message: 'a signed installer was started on 40 hosts within 10 min',
        user: { name: employee(round * 11 + 100) },
        process: { name: 'PSEXESVC.exe', pid: 2210, executable: 'C:\\Windows\\PSEXESVC.exe' },
      }),
    },
  ],
});
