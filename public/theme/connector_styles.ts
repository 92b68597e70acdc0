/** Connectors: the form of their parameters, and what is wrong with them. */
export const connectorStyles = `
.rfx-connector {
  display: grid; gap: 4px 20px; align-items: start;
  grid-template-columns: minmax(0, 1fr) minmax(0, 1.3fr) minmax(0, 1.2fr) minmax(0, 2.7fr) minmax(0, 1.6fr);
}
.rfx-connector .rfx-since { white-space: normal; }
.rfx-connector > * { min-width: 0; overflow-wrap: anywhere; }
@media (max-width: 1023px) { .rfx-connector { grid-template-columns: repeat(2, minmax(0, 1fr)); } }
@media (max-width: 767px) { .rfx-connector { grid-template-columns: minmax(0, 1fr); gap: 8px; } }
.rfx-connector-form { max-width: 760px; }
.rfx-connector-form .rfx-asked { font-weight: 400; }
.rfx-part {
  min-width: 0; margin: 16px 0 0; padding: 6px 12px 12px; border: 1px solid var(--rfx-line);
  border-radius: var(--rfx-radius);
}
.rfx-part legend { padding: 0 4px; font-size: var(--rfx-font-xs); font-weight: 600; }
.rfx-part .euiFormRow, .rfx-part .rfx-part { margin-top: 12px; }
.rfx-map-entry { padding: 8px 0; border-bottom: 1px solid var(--rfx-line); }
.rfx-form-end { margin-top: 16px; }
.rfx-faults { margin-top: 16px; padding: 8px 12px; border-left: 3px solid var(--rfx-danger); background: var(--rfx-faint); }
.rfx-faults ul { margin: 4px 0 0; padding-left: 20px; list-style: disc; overflow-wrap: anywhere; }
.rfx-to-do { margin: 4px 0 12px; padding-left: 20px; list-style: decimal; }
.rfx-setup__line { padding: 10px 0; }
.rfx-setup__line .rfx-buttons { margin-top: 6px; align-items: center; }
.rfx-proof-lines { margin: 4px 0; padding-left: 18px; list-style: disc; overflow-wrap: anywhere; }
`;
