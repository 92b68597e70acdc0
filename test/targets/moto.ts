import { existsSync, mkdirSync, rmSync } from 'fs';
import { join } from 'path';
import { cacheFolder } from './cache_folder';
import { installMissing } from './debian_packages';
import { freePort, start } from './processes';
import { askedOnce, outputOf, whyNotProvided, works } from './programs';
import { until } from './until';

/*
 * moto, which stands for AWS: it speaks the protocols of WAF, EC2 and IAM and keeps what it was told. It enforces
 * nothing by it, and proves call shapes only. From PyPI, in an environment of its own that is kept for the next run.
 */

const MOTO = 'moto[server,ec2,iam,wafv2]==5.2.5';
const venv = cacheFolder('moto-5.2.5');
const program = join(venv, 'bin', 'moto_server');
const python = join(venv, 'bin', 'python');

const provide = (): void => {
  if (existsSync(program) && works(python, ['-c', 'import moto.server'])) return;
  rmSync(venv, { recursive: true, force: true });
  mkdirSync(cacheFolder(), { recursive: true });
  if (!works('python3', ['-m', 'venv', venv])) {
    installMissing([['python3-with-venv', 'python3-venv']]);
    outputOf('python3', ['-m', 'venv', venv]);
  }
  outputOf(python, ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', MOTO]);
};

/** Why moto cannot run on this machine, or undefined if it can. Installs it if it is missing. */
export const whyNotMoto = askedOnce(() => whyNotProvided(provide));

export interface Moto {
  readonly port: number;
  readonly url: string;
  readonly startedInMs: number;
  /** Whether it asks for every request who may do it, from now on. */
  readonly enforce: (does: boolean) => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts it on a port of the loopback. */
export const startMoto = async (): Promise<Moto> => {
  const port = await freePort();
  const began = Date.now();
  const server = start(program, ['-H', '127.0.0.1', '-p', String(port)]);
  const url = `http://127.0.0.1:${port}`;
  await until(
    'moto to answer',
    async () => {
      if (server.process.exitCode !== null) throw new Error(server.output());
      return (await fetch(`${url}/moto-api/`).catch(() => undefined))?.ok === true;
    },
    { withinMs: 60_000, seen: server.output },
  );
  return {
    port,
    url,
    startedInMs: Date.now() - began,
    enforce: async (does) => {
      // So many requests are taken from anybody.
      const body = new Blob([does ? '0' : '1000000000']);
      const answer = await fetch(`${url}/moto-api/reset-auth`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`moto: ${answer.status}`);
    },
    stop: server.stop,
  };
};
