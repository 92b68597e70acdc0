import { spawn } from 'child_process';
import { readFileSync } from 'fs';
import { eventually } from '../../../test/contracts/eventually';
import { isRunning, thisProcess } from './process_identity';

// Processes are started, and the disk may be busy.
jest.setTimeout(60_000);

const startOf = (pid: number): string => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? '';

describe('the identity of a process', () => {
  it('is running as long as this is', () => {
    expect(isRunning(thisProcess())).toBe(true);
  });

  it('is not that of an earlier process with the same number, nor of none', () => {
    expect(isRunning({ ...thisProcess(), started: '1' })).toBe(false);
    expect(isRunning({ ...thisProcess(), pid: 2 ** 22 + 1, started: '1' })).toBe(false);
  });

  it('is asked by a signal where the system does not tell when processes started', () => {
    expect(isRunning({ ...thisProcess(), started: '' })).toBe(true);
    expect(isRunning({ ...thisProcess(), pid: 2 ** 22 + 1, started: '' })).toBe(false);
  });

  it('is not that of a dead one whose parent has not asked for it yet', async () => {
    const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 30'], { stdio: ['ignore', 'pipe', 'ignore'] });
    const pid = Number(
      await new Promise((resolve) => parent.stdout.once('data', (text: Buffer) => resolve(String(text)))),
    );
    const dead = { ...thisProcess(), pid, started: startOf(pid) };
    expect(dead.started).not.toBe('');
    await eventually(async () => expect(isRunning(dead)).toBe(false));
    expect(startOf(pid)).toBe(dead.started);
    parent.kill('SIGKILL');
  });
});
