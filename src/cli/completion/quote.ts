/**
 * A text as one word of bash and zsh, whatever it holds.
 */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
