package reflex.guards.change_freeze

# People isolate a host while its owner has announced a change, and in the hours in which it carries the business.
# Tags of the inventory say so: `change:CHG-7`, and `critical:08-18` for hours in UTC.

default allow := false

allow if {
	not announced
	not critical_now
}

announced if {
	some tag in input.target.asset.tags
	startswith(tag, "change:")
}

critical_now if {
	some tag in input.target.asset.tags
	startswith(tag, "critical:")
	[from, until] := split(trim_prefix(tag, "critical:"), "-")
	hour := to_number(substring(input.now, 11, 2))
	hour >= to_number(from)
	hour < to_number(until)
}
