/* Parts of OUI that Dashboards shares under names of their own; OUI brings no types for them. */
declare module '@elastic/eui/es/services';
declare module '@elastic/eui/es/services/format';
