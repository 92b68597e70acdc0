import { present } from '../../../../common/present';
import { policyFields } from './spec_fields';

/** One field that means something else than before. */
interface FieldChange {
  readonly field: string;
  readonly before?: string;
  readonly after?: string;
}

/** What a reviewer has to see first: how far it may go, when it applies, what it does, and its limits. */
const ORDER = [
  'mode',
  'when',
  'require',
  'effect',
  'then',
  'limit',
  'protect',
  'guard',
  'on',
  'confirm',
  'rollback',
  'rollout',
  'otherwise',
  'max_event_age',
  'on_drift',
  'reapply_at_most',
  'expires',
  'layer',
  'review',
  'tests',
];

const rank = (field: string): number => {
  const index = ORDER.indexOf(field);
  return index === -1 ? ORDER.length : index;
};

const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();

/** Fields that differ in more than comments and spacing, the weightiest first. */
export const policyChanges = (before: string, after: string): readonly FieldChange[] => {
  const [old, now] = [policyFields(before), policyFields(after)];
  const fields = [...new Set([...old.keys(), ...now.keys()])];
  return fields
    .filter((field) => plain(old.get(field) ?? '') !== plain(now.get(field) ?? ''))
    .sort((a, b) => rank(a) - rank(b))
    .map((field) => {
      const [was, is] = [old.get(field), now.get(field)];
      return { field, ...present({ before: was, after: is }) };
    });
};
