import { type RULE_STATUSES, type Severity } from '../../../common/flow/event';
import type { Grant, SecurityDomain } from '../../../common/flow/voice';
import { say } from '../../i18n';

type RuleStatus = (typeof RULE_STATUSES)[number];

/** A grant as a form holds it: lists as one text with commas, numbers as typed, "" for what is left open. */
export interface GrantForm {
  readonly confidence: { readonly granted: boolean; readonly most: string };
  readonly severity: { readonly granted: boolean; readonly most: Severity };
  readonly tags: { readonly granted: boolean; readonly like: string };
  readonly rule: {
    readonly id: boolean;
    readonly name: boolean;
    readonly origin: string;
    readonly status: readonly RuleStatus[];
  };
  readonly domain: SecurityDomain | '';
  readonly floor: { readonly confidence: string; readonly severity: Severity | '' };
  readonly detections: string;
}

/** Tags that count where the grant does not say which. */
export const TAGS_LIKE = ['attack.', 'd3fend.', 'mitre.'] as const;
/** Any tag, as people write it; a grant has an empty beginning for it. */
const ANY = '*';

const joined = (words: readonly string[] | undefined): string => (words ?? []).join(', ');

const wordsIn = (text: string): string[] => [
  ...new Set(
    text
      .split(',')
      .map((word) => word.trim())
      .filter((word) => word !== ''),
  ),
];

/** The form of a grant; of nothing at all where there is none. */
export const grantForm = (grant: Partial<Grant> = {}): GrantForm => ({
  confidence: { granted: grant.confidence !== undefined, most: String(grant.confidence?.most ?? 1) },
  severity: { granted: grant.severity !== undefined, most: grant.severity?.most ?? 'critical' },
  tags: {
    granted: grant.tags !== undefined,
    like: joined((grant.tags?.like ?? TAGS_LIKE).map((like) => (like === '' ? ANY : like))),
  },
  rule: {
    id: grant.rule?.id === true,
    name: grant.rule?.name === true,
    origin: joined(grant.rule?.origin),
    status: grant.rule?.status ?? [],
  },
  domain: grant.domain ?? '',
  floor: {
    confidence: grant.floor?.confidence === undefined ? '' : String(grant.floor.confidence),
    severity: grant.floor?.severity ?? '',
  },
  detections: joined(grant.detections),
});

const isShare = (text: string): boolean => text.trim() !== '' && Number(text) >= 0 && Number(text) <= 1;

/** Names of the fields that may hold something wrong. */
export const GRANT_FIELDS = {
  confidence: 'grant-confidence-most',
  floor: 'grant-floor-confidence',
  tags: 'grant-tags-like',
} as const;

interface FormFault {
  /** Name of the field that holds it. */
  readonly field: string;
  /** In a sentence. */
  readonly text: string;
}

/** What keeps a form from being saved; undefined if nothing does. */
export const formFault = ({ confidence, floor, tags }: GrantForm): FormFault | undefined => {
  if (confidence.granted && !isShare(confidence.most))
    return {
      field: GRANT_FIELDS.confidence,
      text: say('grant.fault.confidence', 'The highest confidence must be a number from 0 to 1.'),
    };
  if (floor.confidence.trim() !== '' && !isShare(floor.confidence))
    return {
      field: GRANT_FIELDS.floor,
      text: say('grant.fault.floor', 'The confidence of claims must be a number from 0 to 1.'),
    };
  if (tags.granted && wordsIn(tags.like).length === 0)
    return {
      field: GRANT_FIELDS.tags,
      text: say('grant.fault.tags', 'Say how the tags begin that count, or * for any tag.'),
    };
  return undefined;
};

const ruleOf = ({ id, name, origin, status }: GrantForm['rule']): Pick<Grant, 'rule'> => {
  const origins = wordsIn(origin);
  const rule = {
    ...(id ? { id } : {}),
    ...(name ? { name } : {}),
    ...(origins.length > 0 ? { origin: origins } : {}),
    ...(status.length > 0 ? { status: [...status] } : {}),
  };
  return Object.keys(rule).length > 0 ? { rule } : {};
};

const floorOf = ({ confidence, severity }: GrantForm['floor']): Pick<Grant, 'floor'> => {
  const floor = {
    ...(confidence.trim() === '' ? {} : { confidence: Number(confidence) }),
    ...(severity === '' ? {} : { severity }),
  };
  return Object.keys(floor).length > 0 ? { floor } : {};
};

/** The grant that a form stands for. */
export const grantOf = (form: GrantForm, reason: string): Grant => {
  const { confidence, severity, tags, domain } = form;
  const detections = wordsIn(form.detections);
  return {
    reason,
    ...(confidence.granted ? { confidence: { most: Number(confidence.most) } } : {}),
    ...(severity.granted ? { severity: { most: severity.most } } : {}),
    ...(tags.granted ? { tags: { like: wordsIn(tags.like).map((like) => (like === ANY ? '' : like)) } } : {}),
    ...ruleOf(form.rule),
    ...(domain === '' ? {} : { domain }),
    ...floorOf(form.floor),
    ...(detections.length > 0 ? { detections } : {}),
  };
};
