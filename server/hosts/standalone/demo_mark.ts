import { existsSync, rmSync, writeFileSync } from 'fs';
import { join } from 'path';

const file = (dataFolder: string): string => join(dataFolder, 'demo-ended');

/** The demo runs on a node of our own until a person ends it; that is remembered over restarts. */
export const wasDemoEnded = (dataFolder: string): boolean => existsSync(file(dataFolder));

export const noteDemoEnded = (dataFolder: string): void =>
  writeFileSync(file(dataFolder), 'delete this file, or start with --demo, to have the demo again\n');

export const forgetDemoEnded = (dataFolder: string): void => rmSync(file(dataFolder), { force: true });
