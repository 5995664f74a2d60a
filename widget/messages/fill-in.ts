/** Puts values in place of the words in braces. A word that there is no value for stays as it is. */
export function fillIn(sentence: string, values: Readonly<Record<string, string>>): string {
  return sentence.replace(/{(\w+)}/g, (word, name: string) => values[name] ?? word);
}
