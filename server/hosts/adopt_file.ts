import { readFileSync, writeFileSync } from 'fs';
import { rm } from 'fs/promises';
import { join } from 'path';
import { record, text } from '../../common/codec/codecs';
import { decode } from '../../common/codec/decode';
import type { AdoptOrder } from '../runner/agent/adopt';

/*
 * The order to adopt the state (`reflex state adopt`), a file in the agent's own folder: whoever gives it has access to
 * this machine. The agent takes it at its start, or while it waits because the state is missing.
 */

const Order = record({ who: text({ min: 1, max: 256 }), why: text({ min: 3, max: 2000 }) });

const pathIn = (folder: string): string => join(folder, 'adopt-state.json');

/** @returns undefined if there is none, or if it is not one that `writeAdoptOrder` wrote */
export const readAdoptOrder = (folder: string): AdoptOrder | undefined => {
  try {
    const order = decode(Order, JSON.parse(readFileSync(pathIn(folder), 'utf8')) as unknown);
    return order.ok ? order.value : undefined;
  } catch {
    return undefined;
  }
};

/** @throws Error of the file system if the folder is not there or not ours to write in */
export const writeAdoptOrder = (folder: string, order: AdoptOrder): void =>
  writeFileSync(pathIn(folder), `${JSON.stringify(order)}\n`, { mode: 0o600 });

export const removeAdoptOrder = (folder: string): Promise<void> => rm(pathIn(folder), { force: true });
