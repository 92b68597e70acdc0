import { spawn } from 'child_process';

/** Opens an address in the browser, if this machine has one; it does not matter if not. */
export const openBrowser = (address: string): void => {
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const child = spawn(program, [address], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
};
