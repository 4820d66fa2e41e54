/**
 * SMTP replies: code, enhanced status code, text (RFC 5321 4.2, RFC 2034, RFC 3463).
 */

export type EnhancedCode = `${2 | 4 | 5}.${number}.${number}`

export interface Reply {
  readonly code: number
  readonly enhanced: EnhancedCode | null
  readonly text: string
}

// RFC 3463 2: class "." subject "." detail, the class 2, 4 or 5
const enhancedPattern = /^[245]\.\d{1,3}\.\d{1,3}$/

export function isEnhancedCode(word: string): word is EnhancedCode {
  return enhancedPattern.test(word)
}

export function reply(code: number, enhanced: EnhancedCode | null, text: string): Reply {
  return { code, enhanced, text }
}

/**
 * Reads a reply as it came over the wire, one line or several ("250-..." continues).
 * Returns null where it does not begin with a reply code.
 */
export function parseReply(raw: string): Reply | null {
  const lines = raw.split(/\r?\n/)
  const code = /^[2-5]\d\d(?=[ -]|$)/.exec(lines[0] ?? '')?.[0]
  if (code === undefined) return null
  let enhanced: EnhancedCode | null = null
  const texts = lines.map(line => {
    const rest = line.startsWith(code) ? line.slice(4) : line
    const [word = '', ...words] = rest.split(' ')
    // RFC 2034 4: the enhanced code stands at the start of every line, and its class is the reply's
    if (!isEnhancedCode(word) || word[0] !== code[0]) return rest
    enhanced ??= word
    return words.join(' ')
  })
  return { code: Number(code), enhanced, text: texts.join(' ').trim() }
}

/** The reply on one line, as logs and verdicts show it. */
export function formatReply({ code, enhanced, text }: Reply): string {
  return [code, enhanced, text].filter(part => part !== null && part !== '').join(' ')
}
