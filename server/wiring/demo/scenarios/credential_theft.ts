import { employee, workstation } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('credential-theft', 'endpoint', {
  name: 'A process reads the memory of LSASS',
  tags: ['attack.t1003.001'],
});

interface Reader {
  readonly host: string;
  readonly user: string;
  readonly process: { readonly name: string; readonly executable: string };
  readonly message: string;
  readonly promise: Sighting['promise'];
}

const reading = ({ host, user, process, message, promise }: Reader): Sighting => ({
  monitor: MONITOR,
  severity: '1',
  afterMs: 0,
  promise,
  document: detection(MONITOR, 0.9, {
    message,
    host: { name: host },
    user: { name: user },
    process: { ...process, pid: 6020 },
    threat: { technique: { id: 'T1003.001', name: 'LSASS Memory' } },
  }),
});

/** An insider's tool dumps credentials. It is killed, which cannot be undone and costs little. */
export const credentialTheft = (round: number): Scene => ({
  scenario: 'credential_theft',
  title: 'a tool reads passwords from memory',
  sightings: [
    reading({
      host: workstation('eng', round * 3 + 100),
      user: employee(round * 11 + 130),
      process: { name: `dump64-${round}.exe`, executable: `C:\\Temp\\dump64-${round}.exe` },
      message: 'full memory read of lsass.exe by an unsigned program, written to disk',
      promise: 'permit',
    }),
  ],
});

/** The sensor reads the same memory: it looks for exactly such tools. */
export const sensor = (round: number): Scene => ({
  scenario: 'credential_theft',
  title: 'the endpoint sensor reads the memory of LSASS',
  sightings: [
    reading({
      host: workstation('eng', round * 3 + 101),
      user: 'system',
      process: { name: 'MsMpEng.exe', executable: 'C:\\Program Files\\Windows Defender\\MsMpEng.exe' },
      message: 'memory read of lsass.exe by a signed program',
      promise: 'deny',
    }),
  ],
});
