import type { EntityKey, EntityKind } from './entity';
import { keyOf } from './read';

/** The kind that the text of a target of a type is read as. */
export const targetKind = <Kind extends EntityKind>(type: Kind, value: string): Kind | 'network' =>
  type === 'ip' && value.includes('/') ? 'network' : type;

/**
 * The keys of what a target names: its own, and that of the host that a file or a process is on. Empty where it names
 * nothing.
 */
export const targetKeys = (type: EntityKind, value: string, host: string | undefined): readonly EntityKey[] => {
  const own = keyOf(targetKind(type, value), value);
  const on = (type === 'file' || type === 'process') && host !== undefined ? keyOf('host', host) : undefined;
  return [own, on].flatMap((key) => key ?? []);
};
