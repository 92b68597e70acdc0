/** Backtests, shadow comparison, rhythm. */
export const policyStyles = `
.rfx-progress { width: 100%; height: 8px; accent-color: var(--rfx-primary); }
.rfx-days { display: inline-block; width: 150px; }
.rfx-chart__text--name { font-size: 11px; fill: var(--rfx-text); }
.rfx-part { min-width: 0; }
.rfx-part .rfx-part__title { font-weight: 600; font-size: .95em; margin: 10px 0 2px; }
`;
