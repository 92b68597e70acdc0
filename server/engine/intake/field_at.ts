import { isJsonObject, type JsonObject } from '../../../common/codec/json_object';

const own = (source: JsonObject, key: string): unknown =>
  Object.prototype.hasOwnProperty.call(source, key) ? source[key] : undefined;

/** A field by its dotted name, whether the document nests it or writes the dots; undefined if it is not there. */
export const fieldAt = (source: JsonObject, path: string): unknown => {
  const whole = own(source, path);
  if (whole !== undefined) return whole;
  for (let at = path.indexOf('.'); at > 0; at = path.indexOf('.', at + 1)) {
    const inner = own(source, path.slice(0, at));
    if (!isJsonObject(inner)) continue;
    const found = fieldAt(inner, path.slice(at + 1));
    if (found !== undefined) return found;
  }
  return undefined;
};
