import type { Guards } from '../../common/policy/bundle';
import { sha256 } from '../../server/engine/digest/digest';

/* Rego guards as a team would write them. */

export const CHANGE_FREEZE = `package reflex.guards.change_freeze

# Nothing is isolated while its owner has announced a change, and service accounts are never disabled.
default allow := false

allow if {
	not frozen
	input.act.action != "disable_user"
}

allow if {
	input.act.action == "disable_user"
	not regex.match(\`^svc-\`, input.target.value)
	input.score.value >= 0.9
}

frozen if {
	some tag in input.target.asset.tags
	startswith(tag, "change:")
}
`;

export const QUIET_NETWORKS = `package reflex.guards.quiet_networks

# Partners' networks are blocked only for a short time, and only on a loud signal.
partners := ["198.51.100.0/24", "203.0.113.128/25", "2001:db8:77::/48"]

partner if {
	input.target.type == "ip"
	some network in partners
	net.cidr_contains(network, input.target.value)
}

short if input.act.ttl_ms <= 3600000

loud if count([tag | some tag in input.event.tags; contains(lower(tag), "c2")]) > 0

loud if sum([input.history.src.events_1h, input.history.host.events_1h]) > 20

default allow := false

allow if not partner

allow if {
	partner
	short
	loud
	round(input.event.confidence * 100) > 80
}
`;

export const A_GUARDED_POLICY = `apiVersion: reflex/v1
kind: Policy
metadata: { id: guarded-by-rego, title: What our change calendar allows, owner: soc }
spec:
  layer: domain
  mode: enforce
  on: { actions: [block_ip] }
  guard: change_freeze
`;

/** A module that is none: whoever asks it is told by the test what it says. */
export const someGuards = (...names: readonly string[]): Guards => {
  const wasm = new TextEncoder().encode(`module of ${names.join(' ')}`);
  return { sources: new Map(names.map((name) => [name, `package reflex.guards.${name}`])), wasm, digest: sha256(wasm) };
};
