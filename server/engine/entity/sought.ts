import { accountForms } from '../../../common/entity/account';
import type { EntityKey } from '../../../common/entity/entity';
import { TARGET_TYPES, type Target } from '../../../common/flow/decision';
import type { Identities } from './identity';
import { entitiesOf, spellingsOf } from './target_keys';

/* What a person looks for. A person types a text, and means the thing. */

/** A thing that somebody looks for, by everything that it is called. */
export interface Sought {
  /** As it was typed, then as it is written elsewhere: a record may have any of them. */
  readonly texts: readonly string[];
  /** The keys of all that the text may mean. Records of earlier versions have no keys. */
  readonly keys: readonly EntityKey[];
}

/** So many texts, and so many keys, are looked for. */
const MOST_SOUGHT = 128;

/**
 * What a typed text may mean as a target of any type, with its other names by the inventory. What it may only be, as
 * several listed hosts claim it, is not looked for.
 */
export const soughtBy = (typed: string, who: Identities): Sought => {
  const text = typed.trim();
  const spelt = TARGET_TYPES.flatMap((type) => spellingsOf({ type, value: text }, who));
  const entities = spelt.flatMap(entitiesOf);
  const forms = entities.flatMap((entity) => [entity.text, ...accountForms(entity)]);
  return {
    texts: [...new Set([text, ...spelt.map(({ value }) => value), ...forms])].slice(0, MOST_SOUGHT),
    keys: [...new Set(entities.map(({ key }) => key))].slice(0, MOST_SOUGHT),
  };
};

/** Says of each target whether it is what is sought, or is on it. */
export const isSought = ({ texts, keys }: Sought): ((target: Target) => boolean) => {
  const [byText, byKey] = [new Set(texts), new Set(keys)];
  return (target) => byText.has(target.value) || entitiesOf(target).some(({ key }) => byKey.has(key));
};
