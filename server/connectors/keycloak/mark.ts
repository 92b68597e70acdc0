/*
 * What Reflex leaves in an attribute of an account that it disabled: which commands, whether it was enabled before the
 * first of them, and since when tokens counted then. Several values, so that Keycloak can search for each.
 */

/** Read in one piece: without it nobody could undo exactly what is ours. */
export interface Mark {
  readonly wasEnabled: boolean;
  /** `notBefore` of the account before our order, s since 1970 by Keycloak's clock. */
  readonly notBefore: number;
  readonly commandIds: readonly string[];
}

/** By this value every account with a mark is found. */
export const CONTAINED = 'contained';
const WAS = /^was:(enabled|disabled)$/;
const BEFORE = /^before:(\d{1,12})$/;
const COMMAND = /^[A-Za-z0-9_-]{1,128}$/;

/** Whether a command's id can be part of a mark and of a search for it. */
export const isCommandId = (text: string): boolean => COMMAND.test(text) && text !== CONTAINED;

/** Undefined where the values are no mark of ours as a whole. */
export const readMark = (values: readonly string[]): Mark | undefined => {
  const was = values.flatMap((each) => WAS.exec(each)?.[1] ?? []);
  const before = values.flatMap((each) => BEFORE.exec(each)?.[1] ?? []);
  const commandIds = values.filter(isCommandId);
  const isWhole = values.length === commandIds.length + 3 && was.length === 1 && before.length === 1;
  if (!isWhole || !values.includes(CONTAINED) || commandIds.length === 0) return undefined;
  return { wasEnabled: was[0] === 'enabled', notBefore: Number(before[0]), commandIds };
};

export const markValues = ({ wasEnabled, notBefore, commandIds }: Mark): readonly string[] => [
  CONTAINED,
  `was:${wasEnabled ? 'enabled' : 'disabled'}`,
  `before:${notBefore}`,
  ...commandIds,
];
