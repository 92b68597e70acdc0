/** From least to most severe. OpenSearch Alerting counts the other way round (1 is highest); its mapping inverts. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** How the author of a detection rule rates it; Sigma's status, a usable prior for confidence. */
export const RULE_STATUSES = ['stable', 'test', 'experimental', 'deprecated', 'unsupported'] as const;
