/** How many letters may be wrong before another name is no longer a likely slip of the pen. */
const maxDistance = 3;

/** The known name that `word` most likely stands for; undefined when none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 128) return undefined;
  let best: string | undefined;
  let least = maxDistance + 1;
  for (const name of known) {
    const distance = editDistance(word.toLowerCase(), name);
    if (distance < least && distance < name.length / 2) {
      least = distance;
      best = name;
    }
  }
  return best;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substituted = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substituted));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
