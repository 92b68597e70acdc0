/** Sources: rows of buttons, and the form of a mapping. */
export const sourceStyles = `
.rfx-source-notes > * { margin-bottom: 10px; }
.rfx-source-name { display: inline-block; min-width: 9em; }
.rfx-plan-value { display: block; max-height: 190px; overflow: auto; }
.rfx-main .euiCallOut code { overflow-wrap: anywhere; white-space: normal; }
.rfx-buttons { display: inline-flex; flex-wrap: wrap; gap: 4px; }
.rfx-fieldset { margin: 10px 0; }
.rfx-fieldset legend { font-weight: 600; }
.rfx-mapping { max-width: 1100px; }
.rfx-mapping__row {
  display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 4px 14px; align-items: start;
  margin-bottom: 10px;
}
.rfx-mapping__row .euiFormRow { margin-top: 4px; padding-top: 0; }

.rfx-details__title { margin-top: 8px; font-weight: 600; }
.rfx-trial + .rfx-trial { margin-top: 14px; }
.rfx-trial__name { font-weight: 600; }
.rfx-lines { margin-bottom: 10px; }
.rfx-lines__head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 10px; }

@media (max-width: 767px) {
  .rfx-mapping__row { grid-template-columns: minmax(0, 1fr); }
}
`;
