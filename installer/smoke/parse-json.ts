/** A response body as JSON; undefined when it is none, which is a measurement here and no error. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
