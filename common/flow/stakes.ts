/** Why a person answers an act by itself, never together with others. */
export const ANSWERED_ALONE = ['approvers', 'critical_asset', 'privileged_account'] as const;
export type AnsweredAlone = (typeof ANSWERED_ALONE)[number];
