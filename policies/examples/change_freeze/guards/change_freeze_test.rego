package reflex.guards.change_freeze_test

import data.reflex.guards.change_freeze

at(now, tags) := {"now": now, "target": {"type": "host", "value": "web-1", "asset": {"tags": tags}}}

test_a_host_without_tags_is_isolated if change_freeze.allow with input as at("2026-11-22T10:00:00.000Z", [])

test_an_unknown_host_is_not_frozen if change_freeze.allow with input as {"now": "2026-11-22T10:00:00.000Z", "target": {"asset": null}}

test_an_announced_change_freezes if not change_freeze.allow with input as at("2026-11-22T10:00:00.000Z", ["web", "change:CHG-7"])

test_critical_hours_freeze if not change_freeze.allow with input as at("2026-11-22T17:59:59.000Z", ["critical:08-18"])

test_the_end_of_critical_hours_does_not if change_freeze.allow with input as at("2026-11-22T18:00:00.000Z", ["critical:08-18"])
