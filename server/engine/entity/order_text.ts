import { canonicalAddress, canonicalNetwork } from '../../../common/entity/address';
import type { Entity } from '../../../common/entity/entity';
import type { Target } from '../../../common/flow/decision';
import { actionNamed } from '../../../common/policy/actions';
import { readTarget } from './target_keys';

/*
 * What a text must be so that an order may carry it. A reader takes away what people and logs put around a name (ports,
 * brackets, quotes, dots at the end), so that every spelling is protected and counted alike. An order carries the text
 * itself: what is left for a target to take away, it may read in another way than the brakes did.
 */

/** What a program takes for an option, and spaces at an edge or around the separator of a realm. */
const ODD_NAME = /^-|^\s|\s$|\s[\\@]|[\\@]\s/;

const isPlain = ({ kind, text }: Entity, said: string): boolean => {
  switch (kind) {
    case 'ip':
    case 'network':
      return canonicalAddress(said) === said || canonicalNetwork(said) === said;
    case 'user':
      return !ODD_NAME.test(said);
    case 'file':
    case 'process':
      return text === said && !ODD_NAME.test(said);
    case 'host':
    case 'domain':
    case 'hash':
    case 'url':
    case 'mail':
    case 'mac':
    case 'cloud':
      return text === said.toLowerCase();
  }
};

/** Why no order may carry the text of a target, whatever it names; undefined if one may. */
export const spellingFault = (target: Target): string | undefined => {
  const said = [target.value, target.host ?? ''];
  const odd = readTarget(target).findIndex((read, index) => read.ok && !isPlain(read.entity, said[index] ?? ''));
  return odd < 0
    ? undefined
    : `\`${(said[odd] ?? '').slice(0, 64)}\` is not written as it is named: no order carries what its target would have to guess`;
};

/** Why an action is none for a target: nobody knows it, or it acts on another kind of thing. */
export const actionFault = (action: string, { type }: Pick<Target, 'type'>): string | undefined => {
  const wanted = actionNamed(action)?.target;
  if (wanted === undefined) return `\`${action.slice(0, 64)}\` is no action that Reflex knows`;
  return wanted === type ? undefined : `\`${action}\` acts on a ${wanted}, not on a ${type}`;
};
