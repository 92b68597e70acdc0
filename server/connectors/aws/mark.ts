/*
 * Tags that Reflex leaves on what it orders changes of. One tag is one command: its key is the command, so that two
 * agents never write the same tag, and its value is what undoing needs to know. AWS has no place for a mark at an
 * address, a rule or a key itself.
 */

const PREFIX = 'reflex:';
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** AWS takes no more tags on one thing. */
export const MOST_TAGS = 50;

/** Whether the id of a command can be the key of a tag. */
export const isCommandId = (id: string): boolean => UUID.test(id);

export const tagKey = (commandId: string): string => `${PREFIX}${commandId}`;

/** A tag as AWS gives it. */
export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** The command that a tag is of, or undefined if it is not one of ours. */
export const commandOf = ({ Key: key = '' }: Tag): string | undefined => {
  const id = key.startsWith(PREFIX) ? key.slice(PREFIX.length) : '';
  return UUID.test(id) ? id : undefined;
};

/** Marks by their commands. A tag of ours with a value that cannot be read is of nobody. */
export const marksIn = <Mark>(
  tags: readonly Tag[],
  read: (value: string) => Mark | undefined,
): ReadonlyMap<string, Mark> => {
  const marks = new Map<string, Mark>();
  for (const tag of tags) {
    const id = commandOf(tag);
    const mark = read(tag.Value ?? '');
    if (id !== undefined && mark !== undefined) marks.set(id, mark);
  }
  return marks;
};

/** Whether a part of a tag's value is a time, s since 1970. */
export const isSeconds = (text: string): boolean => /^\d{1,12}$/.test(text);

/** A tag of an order that is under way is younger: no call lasts so long. */
const UNDER_WAY_S = 900;

export const secondsOf = (utcMs: number): number => Math.floor(utcMs / 1000);

/** Whether a tag without an effect is over for certain. */
export const isOld = (writtenS: number, utcMs: number): boolean => secondsOf(utcMs) - writtenS > UNDER_WAY_S;
