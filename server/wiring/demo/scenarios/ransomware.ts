import { present } from '../../../../common/present';
import { BACKUP_ACCOUNT, BACKUP_HOST, employee, workstation } from '../cast';
import { detection, documentMonitor, type Scene, type Sighting } from '../monitor';

const MONITOR = documentMonitor('ransomware', 'endpoint', {
  name: 'Mass encryption of files',
  tags: ['attack.t1486'],
});

const encrypting = (host: string, user: string, message: string): Sighting => ({
  monitor: MONITOR,
  severity: '1',
  afterMs: 0,
  promise: 'permit',
  document: detection(MONITOR, 0.97, {
    message,
    host: { name: host },
    user: { name: user },
    process: { name: 'updater32.exe', pid: 4312, executable: 'C:\\Users\\Public\\updater32.exe' },
    threat: { technique: { id: 'T1486', name: 'Data Encrypted for Impact' } },
  }),
});

/** A workstation rewrites its files. Minutes count: it is isolated at once. */
export const ransomware = (round: number): Scene => ({
  scenario: 'ransomware',
  title: 'ransomware on a workstation in Engineering',
  sightings: [
    encrypting(workstation('eng', round * 3), employee(round * 11), '2,140 files rewritten in 40 s, entropy 7.9'),
  ],
});

/**
 * The same in Finance, on one workstation after the other: of 40 hosts two may be isolated within an hour, the third
 * waits for a person.
 *
 * @param victim which one it is, from 0
 */
export const outbreak = (round: number, victim: number): Scene => ({
  scenario: 'ransomware',
  title: `ransomware in Finance, workstation ${victim + 1} of 3`,
  sightings: [
    {
      ...encrypting(
        workstation('fin', round * 3 + victim),
        employee(round * 11 + victim + 1),
        `${1_200 + victim * 310} files rewritten in 40 s, the same program as on other hosts`,
      ),
      ...present({ stoppedBy: victim < 2 ? undefined : ('blast_radius' as const) }),
    },
  ],
});

/** The nightly backup rewrites its archive, which looks the same and is not. */
export const backupJob = (_round: number): Scene => ({
  scenario: 'ransomware',
  title: 'the backup rewrites its archive',
  sightings: [
    {
      monitor: MONITOR,
      severity: '1',
      afterMs: 0,
      promise: 'deny',
      document: detection(MONITOR, 0.96, {
        message: '48,310 files rewritten in 300 s, entropy 7.9',
        host: { name: BACKUP_HOST },
        user: { name: BACKUP_ACCOUNT },
        process: { name: 'backup-agent', pid: 902, executable: '/opt/backup/bin/backup-agent' },
      }),
    },
  ],
});
