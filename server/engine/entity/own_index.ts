import type { EntityKey } from '../../../common/entity/entity';
import { readEntity } from '../../../common/entity/read';
import { protectionIndex } from './protection_index';

/** Something that this installation stands on: whoever acts on it locks Reflex out. */
export interface OwnThing {
  /** An address or a name, as it was found. */
  readonly text: string;
  /** Where it was found, for people: `connector edge`, `/etc/resolv.conf`. */
  readonly from: string;
}

/** What belongs to the installation, by any name of a target. */
export interface OwnIndex {
  readonly covers: (names: readonly EntityKey[]) => OwnThing | undefined;
}

/**
 * Arranges what was found, so that it is asked for as a protection is. A name covers hosts and domains, a domain above
 * it too: blocking that would block the name.
 */
export const ownIndex = (things: readonly OwnThing[]): OwnIndex => {
  const first = new Map<string, OwnThing>();
  for (const thing of things) if (!first.has(thing.text)) first.set(thing.text, thing);
  const texts = [...first.keys()];
  const isAddress = (text: string): boolean => readEntity('ip', text).ok;
  const names = texts.filter((text) => !isAddress(text));
  const index = protectionIndex({ ips: texts.filter(isAddress), hosts: names, domains: names });
  return {
    covers: (keys) => {
      const entry = index.covers(keys);
      return entry === undefined ? undefined : first.get(entry);
    },
  };
};
