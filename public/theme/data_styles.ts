/** Facts, states, figures, bars, tables. */
export const dataStyles = `
.rfx-subdued { color: var(--rfx-subdued); }
.rfx-small { font-size: var(--rfx-font-xs); }
.rfx-tabular, .rfx-number { font-variant-numeric: tabular-nums; }
.rfx-number { text-align: right; white-space: nowrap; }
.rfx-value { font-family: var(--rfx-mono); font-size: .95em; overflow-wrap: anywhere; }
.rfx-link { overflow-wrap: anywhere; }
.rfx-prewrap { white-space: pre-wrap; overflow-wrap: anywhere; }
.rfx-hash { font-size: var(--rfx-font-xs); overflow-wrap: anywhere; }
.rfx-plain { list-style: none; margin: 0; padding: 0; }
.rfx-clamp { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow: hidden; }
.rfx-since { white-space: nowrap; }
.rfx-expanded { padding: 4px 0; width: 100%; }
.rfx-row-actions { display: inline-flex; align-items: center; gap: 4px; }
.rfx code, .rfx-dialog code { font-family: var(--rfx-mono); font-size: .92em; }

.rfx-tone { display: inline-flex; align-items: baseline; gap: 5px; }
.rfx-tone__mark { font-size: .8em; flex: none; width: 1em; text-align: center; }
.rfx-tone--good .rfx-tone__mark { color: var(--rfx-good); }
.rfx-tone--busy .rfx-tone__mark { color: var(--rfx-busy); }
.rfx-tone--warn, .rfx-tone--warn .rfx-tone__mark { color: var(--rfx-warn); }
.rfx-tone--bad, .rfx-tone--bad .rfx-tone__mark { color: var(--rfx-bad); }
.rfx-tone--calm .rfx-tone__mark { color: var(--rfx-subdued); }

.rfx-severity { display: inline-flex; align-items: baseline; gap: 5px; white-space: nowrap; color: var(--rfx-text); }
.rfx-severity__bars { display: inline-flex; align-items: flex-end; gap: 1px; height: .75em; }
.rfx-severity__bars i { width: 3px; background: var(--rfx-muted); opacity: .45; }
.rfx-severity__bars i:nth-child(1) { height: 40%; }
.rfx-severity__bars i:nth-child(2) { height: 60%; }
.rfx-severity__bars i:nth-child(3) { height: 80%; }
.rfx-severity__bars i:nth-child(4) { height: 100%; }
.rfx-severity--low i:nth-child(-n+1), .rfx-severity--medium i:nth-child(-n+2) {
  background: var(--rfx-subdued); opacity: 1;
}
.rfx-severity--high i:nth-child(-n+3) { background: var(--rfx-warn); opacity: 1; }
.rfx-severity--critical i { background: var(--rfx-bad); opacity: 1; }
.rfx-severity--critical { font-weight: 600; }

.rfx-countdown--soon .rfx-countdown__left { color: var(--rfx-warn); font-weight: 600; }
.rfx-countdown--over .rfx-countdown__left { color: var(--rfx-bad); font-weight: 600; }
.rfx-countdown__left, .rfx-countdown time { font-variant-numeric: tabular-nums; }

.rfx-facts { margin: 0; }
.rfx-facts__row {
  display: grid; grid-template-columns: minmax(90px, min(34%, 200px)) minmax(0, 1fr); gap: 10px; padding: 2px 0;
}
.rfx-facts dt { color: var(--rfx-subdued); overflow-wrap: anywhere; }
.rfx-facts dd { margin: 0; overflow-wrap: anywhere; }
.rfx-facts--figures .rfx-facts__row { grid-template-columns: minmax(0, 1fr) auto; }
.rfx-facts--figures dd { text-align: right; font-variant-numeric: tabular-nums; }
.rfx-facts--code dt { font-family: var(--rfx-mono); font-size: var(--rfx-font-xs); }
.rfx-asset + .rfx-asset { margin-top: 8px; padding-top: 8px; border-top: 1px solid var(--rfx-line); }
.rfx-assets { display: grid; grid-template-columns: repeat(auto-fit, minmax(240px, 1fr)); gap: 8px 20px; }
.rfx-assets .rfx-asset + .rfx-asset { margin: 0; padding: 0; border: 0; }

.rfx-scroll { overflow-x: auto; }
.rfx-table { width: 100%; border-collapse: collapse; }
.rfx-table th, .rfx-table td {
  padding: 4px 12px 4px 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rfx-line);
  font-weight: 400;
}
.rfx-table--fixed { table-layout: fixed; min-width: 720px; }
.rfx-table--fixed th, .rfx-table--fixed td { overflow-wrap: anywhere; }
.rfx-table thead th { color: var(--rfx-subdued); font-size: var(--rfx-font-xs); white-space: nowrap; }
.rfx-table tbody tr:last-child > * { border-bottom: 0; }
.rfx-table .rfx-number { text-align: right; padding-left: 12px; }
.rfx-table .rfx-number:last-child { padding-right: 4px; }
.rfx-table .rfx-table__details { padding: 4px 12px 10px 14px; background: var(--rfx-faint); overflow-wrap: anywhere; }
@media (max-width: 767px) {
  /* Its negative margin is wider than the edge of the page, which would scroll sideways. */
  .rfx .euiTableHeaderMobile .euiFlexGroup { margin-left: 0; margin-right: 0; }
  .rfx-table .rfx-wide { display: none; }
  /* It would hold what sorts and selects; no table has that, and its margins are wider than those of a page. */
  .rfx .euiTableHeaderMobile { display: none; }
}
.rfx-tags { display: inline-flex; flex-wrap: wrap; gap: 3px; }
.rfx-tags .euiBadge + .euiBadge { margin-left: 0; }

.rfx-swatch { display: inline-block; width: 10px; height: 10px; border-radius: 2px; }
.rfx-swatch--permit, .rfx-chart__bar--permit { background: var(--rfx-permit); fill: var(--rfx-permit); }
.rfx-swatch--escalate, .rfx-chart__bar--escalate { background: var(--rfx-escalate); fill: var(--rfx-escalate); }
.rfx-swatch--deny, .rfx-chart__bar--deny { background: var(--rfx-deny); fill: var(--rfx-deny); }
.rfx-swatch--hold, .rfx-chart__bar--hold { background: var(--rfx-hold); fill: var(--rfx-hold); }
.rfx-swatch--learn, .rfx-chart__bar--learn { background: var(--rfx-learn); fill: var(--rfx-learn); }
.rfx-health { display: block; width: 144px; max-width: 100%; height: 18px; background: var(--rfx-faint); }
.rfx-health--wide { width: 100%; height: 28px; }
.rfx-health__ok { fill: var(--rfx-permit); }
.rfx-health__degraded { fill: var(--rfx-warning); }
.rfx-health__down { fill: var(--rfx-danger); }
.rfx-health__unknown { fill: var(--rfx-muted); }
.rfx-chart { display: block; width: 100%; height: auto; max-height: 240px; }
.rfx-chart__grid { stroke: var(--rfx-line); stroke-width: 1; }
.rfx-chart__text { fill: var(--rfx-subdued); font-size: 10px; font-variant-numeric: tabular-nums; }
.rfx-legend {
  display: flex; flex-wrap: wrap; gap: 2px 14px; margin: 0; padding: 0; list-style: none; font-size: var(--rfx-font-xs);
}

.rfx-top { list-style: none; margin: 0; padding: 0; }
.rfx-top li {
  display: grid; grid-template-columns: minmax(0, 1fr) 22% 3em; gap: 10px; align-items: center; padding: 3px 0;
}
.rfx-top__track, .rfx-limit__track, .rfx-term__track {
  display: block; height: 8px; background: var(--rfx-faint); border-radius: 2px; overflow: hidden;
}
.rfx-top__track span { display: block; height: 100%; background: var(--rfx-hold); }
.rfx-limit + .rfx-limit { margin-top: 10px; }
.rfx-limit__line { display: flex; flex-wrap: wrap; gap: 0 10px; }
.rfx-limit__name { overflow-wrap: anywhere; }
.rfx-limit__line .rfx-number { margin-left: auto; }
.rfx-limit__track span { display: block; height: 100%; background: var(--rfx-hold); }
.rfx-limit__track--near span { background: var(--rfx-warning); }
.rfx-limit__track--full span { background: var(--rfx-danger); }

.rfx-terms { list-style: none; margin: 6px 0 0; padding: 0; }
.rfx-term {
  display: grid; grid-template-columns: minmax(0, 1fr) 34% 3.6em; gap: 10px; align-items: center; padding: 2px 0;
}
.rfx-term__track { position: relative; }
.rfx-term__track::before {
  content: ''; position: absolute; left: 50%; top: 0; bottom: 0; width: 1px; background: var(--rfx-muted);
}
.rfx-term__bar { position: absolute; top: 0; bottom: 0; background: var(--rfx-hold); }
.rfx-term__bar--against { background: var(--rfx-deny); }
.rfx-score__value strong { font-size: 1.3em; }

.rfx-proof {
  display: flex; flex-wrap: wrap; gap: 0 4px; list-style: none; margin: 2px 0 0; padding: 0;
  font-size: var(--rfx-font-xs);
}
.rfx-proof__step { color: var(--rfx-subdued); }
.rfx-proof__step::before { content: '○ '; }
.rfx-proof__step + .rfx-proof__step { margin-left: 6px; }
.rfx-proof__step--reached { color: var(--rfx-text); }
.rfx-proof__step--reached::before { content: '✓ '; color: var(--rfx-good); }

.rfx-chip {
  display: inline-flex; align-items: center; gap: 6px; padding: 2px 10px; border: 1px solid var(--rfx-line);
  border-radius: 1em;
  background: var(--rfx-surface); color: var(--rfx-text); font-size: var(--rfx-font-xs);
}
button.rfx-chip:hover:not(:disabled), .rfx-chip:focus-visible {
  border-color: var(--rfx-primary); background: var(--rfx-focus);
}
.rfx-chip[aria-pressed='true'], .rfx-chip--set {
  border-color: var(--rfx-primary); background: var(--rfx-focus); font-weight: 600;
}
.rfx-chip:disabled { color: var(--rfx-subdued); cursor: not-allowed; }
.rfx-labels { display: flex; flex-wrap: wrap; gap: 6px; }
.rfx-key {
  display: inline-block; min-width: 1.6em; padding: 0 .35em; border: 1px solid currentColor; border-radius: 3px;
  text-align: center; font-family: var(--rfx-mono); font-size: var(--rfx-font-xs); line-height: 1.4;
}
.rfx-key--button { margin-left: 4px; opacity: .85; }
.rfx-chip .rfx-key--button { margin-left: -4px; }
.rfx-keys__row { display: grid; grid-template-columns: 90px 1fr; padding: 4px 0; }
.rfx-keys__row dt { display: flex; gap: 4px; }
.rfx-place { font-family: var(--rfx-mono); font-size: .92em; color: var(--rfx-link); text-decoration: underline; }
.rfx-faults > li, .rfx-reasons > li { padding: 3px 0; overflow-wrap: anywhere; }
`;
