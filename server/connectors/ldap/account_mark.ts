import { isCommandId } from './lock_time';

/** What is written beside a disabled account of Active Directory. */
export interface AccountMark {
  readonly commandId: string;
  /** How often `userAccountControl` had been written once the account was disabled. */
  readonly writes: number;
}

export const MARK_START = 'reflex/';
const MARK = /^reflex\/([0-9a-f-]{36})\/(\d{1,10})$/;

export const markText = ({ commandId, writes }: AccountMark): string => `${MARK_START}${commandId}/${writes}`;

/** The mark that a text is, or undefined if it is none of ours. */
export const readMark = (text: string): AccountMark | undefined => {
  const [, commandId = '', writes] = MARK.exec(text) ?? [];
  return isCommandId(commandId) ? { commandId, writes: Number(writes) } : undefined;
};
