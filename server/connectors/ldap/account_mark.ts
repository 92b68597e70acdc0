import { isCommandId } from './lock_time';

/*
 * What is written beside a disabled account of Active Directory, in the same request: a text that only administrators
 * see and that Windows does not use. Its number in replication metadata is known, which `extensionAttribute…` has not.
 */

export const MARK_ATTRIBUTE = 'adminDescription';
export const MARK_START = 'reflex/';

export const markOf = (commandId: string): string => `${MARK_START}${commandId}`;

/** The command that a text marks, or undefined if it is no mark of ours. */
export const commandOfMark = (text: string): string | undefined => {
  const commandId = text.startsWith(MARK_START) ? text.slice(MARK_START.length) : '';
  return isCommandId(commandId) ? commandId : undefined;
};
