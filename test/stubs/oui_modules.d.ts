/** Single parts of OUI come without types. */
declare module '@elastic/eui/lib/components/*';
