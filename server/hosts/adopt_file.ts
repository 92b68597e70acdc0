import { readFileSync, writeFileSync } from 'fs';
import { rm } from 'fs/promises';
import { join } from 'path';
import { record, text } from '../../common/codec/codecs';
import { decode } from '../../common/codec/decode';
import type { AdoptOrder } from '../runner/agent/adopt';

/*
 * Orders to adopt the state (`reflex state adopt`) or the data folder (`reflex folder adopt`), each a file in the
 * agent's own folder: whoever gives it has access to this machine. The agent takes it at its start, or while it waits
 * because it may not join.
 */

const Order = record({ who: text({ min: 1, max: 256 }), why: text({ min: 3, max: 2000 }) });

/** What a person may order to adopt. */
type Adoptable = 'state' | 'folder';

const pathIn = (folder: string, what: Adoptable): string => join(folder, `adopt-${what}.json`);

/** @returns undefined if there is none, or if it is not one that `writeAdoptOrder` wrote */
export const readAdoptOrder = (folder: string, what: Adoptable = 'state'): AdoptOrder | undefined => {
  try {
    const order = decode(Order, JSON.parse(readFileSync(pathIn(folder, what), 'utf8')) as unknown);
    return order.ok ? order.value : undefined;
  } catch {
    return undefined;
  }
};

/** @throws Error of the file system if the folder is not there or not ours to write in */
export const writeAdoptOrder = (folder: string, order: AdoptOrder, what: Adoptable = 'state'): void =>
  writeFileSync(pathIn(folder, what), `${JSON.stringify(order)}\n`, { mode: 0o600 });

export const removeAdoptOrder = (folder: string, what: Adoptable = 'state'): Promise<void> =>
  rm(pathIn(folder, what), { force: true });
