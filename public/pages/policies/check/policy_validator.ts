import type { SchemaCheck } from '../../../../common/policy/text/check_form';

/**
 * Stands for what `scripts/bundle/policy_validator.js` makes of the policy schema: a page may not compile a schema
 * itself. Where another bundler builds the page it stays undefined, and the host is asked for every check.
 */
export const isPolicy: SchemaCheck | undefined = undefined;
