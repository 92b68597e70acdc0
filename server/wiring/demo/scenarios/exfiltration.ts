import { attacker, BACKUP_HOST, employee, STORAGE_PROVIDER, workstation } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('exfiltration', 'network', {
  name: 'Unusual upload to an address outside',
  tags: ['attack.t1048'],
});

interface Upload {
  readonly host: string;
  readonly user: string;
  readonly address: string;
  readonly confidence: number;
  readonly message: string;
  readonly promise: Sighting['promise'];
}

const upload = ({ host, user, address, confidence, message, promise }: Upload, afterMs = 0): Sighting => ({
  monitor: MONITOR,
  severity: '2',
  afterMs,
  promise,
  document: detection(MONITOR, confidence, {
    message,
    host: { name: host },
    user: { name: user },
    destination: { ip: address },
    threat: { technique: { id: 'T1048', name: 'Exfiltration Over Alternative Protocol' } },
  }),
});

/** Data flows out, and goes on flowing: the second report blocks the address. */
export const exfiltration = (round: number): Scene => {
  const flow = {
    host: workstation('ops', round * 3),
    user: employee(round * 7 + 260),
    address: attacker(round * 5 + 125),
    confidence: 0.88,
  };
  return {
    scenario: 'exfiltration',
    title: 'data flows out to an unknown address',
    sightings: [
      upload({ ...flow, message: '3.1 GB in 10 min, 60 times the usual, encrypted, port 22', promise: 'hold' }),
      upload(
        { ...flow, message: '4.4 GB in 10 min, 85 times the usual, encrypted, port 22', promise: 'permit' },
        8_000,
      ),
    ],
  };
};

/** The backup goes to the storage provider, as it does every night. */
export const offsiteBackup = (_round: number): Scene => ({
  scenario: 'exfiltration',
  title: 'the backup goes off site',
  sightings: [
    upload({
      host: BACKUP_HOST,
      user: 'svc-backup',
      address: STORAGE_PROVIDER,
      confidence: 0.72,
      message: '210 GB in 60 min to the storage provider, as on other nights',
      promise: 'learn',
    }),
  ],
});
