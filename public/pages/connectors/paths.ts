export const CONNECTORS = '/connectors';
export const NEW_CONNECTOR = '/connectors/new';
export const connectorPath = (name: string): string => `/connectors/${encodeURIComponent(name)}`;
