import type { Grant, SecurityDomain } from '../../../common/flow/voice';

/* Grants that Reflex ships, each with what vouches for it. */

/** The token that this host made for itself: whoever can read its file can administer this installation anyway. */
export const OWN_TOKEN_GRANT: Grant = {
  reason: 'the token that this host made for itself, for trying out and for the command line',
  confidence: {},
  severity: {},
  tags: { like: [''] },
  rule: {
    id: true,
    name: true,
    origin: ['*'],
    status: ['stable', 'test', 'experimental', 'deprecated', 'unsupported'],
  },
};

/**
 * A monitor of the demo: what it matches was written by the demo itself, on a node that it started.
 *
 * @param detections index patterns that the demo writes
 * @param domain the one whose log it watches; none: it corroborates nothing
 */
export const demoMonitorGrant = (detections: readonly string[], domain?: SecurityDomain): Grant => ({
  ...OWN_TOKEN_GRANT,
  reason: 'the demo writes both the monitor and what it finds',
  detections: [...detections],
  ...(domain === undefined ? {} : { domain }),
});
