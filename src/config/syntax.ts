/**
 * The parser's errors as mistakes.
 */
import { type ParseError, printParseErrorCode } from 'jsonc-parser'
import { type Mistake, positionAt, shortened } from './mistake.js'

const expectations: Readonly<Record<ReturnType<typeof printParseErrorCode>, string>> = {
  InvalidSymbol: 'JSON: keys and texts in "double quotes", numbers without unit, true or false',
  InvalidNumberFormat: 'a number',
  PropertyNameExpected: 'a key in "double quotes"',
  ValueExpected: 'a value before it',
  ColonExpected: 'a colon before it',
  CommaExpected: 'a comma or a closing bracket before it',
  CloseBraceExpected: 'a closing }',
  CloseBracketExpected: 'a closing ]',
  EndOfFileExpected: 'nothing after the end of the chain',
  InvalidCommentToken: 'JSON, or a comment',
  UnexpectedEndOfComment: 'the end of the comment, */',
  UnexpectedEndOfString: 'the closing " on the same line',
  UnexpectedEndOfNumber: 'a number',
  InvalidUnicode: String.raw`four hexadecimal digits after \u`,
  InvalidEscapeCharacter: String.raw`one of \" \\ \/ \b \f \n \r \t \u after the backslash`,
  InvalidCharacter: String.raw`no control character in a text (a tab is \t)`,
  '<unknown ParseErrorCode>': 'JSON',
}

/** The first error of each line: what follows on a line is mostly its consequence. */
export function syntaxMistakes(text: string, errors: readonly ParseError[]): Mistake[] {
  const byLine = new Map<number, Mistake>()
  const inOrder = errors.toSorted((a, b) => a.offset - b.offset)
  for (const error of inOrder.filter(isCause)) {
    const mistake = syntaxMistake(text, error)
    if (!byLine.has(mistake.position.line)) byLine.set(mistake.position.line, mistake)
  }
  return [...byLine.values()]
}

/** A text without its closing quote swallows the comma after it. */
function isCause({ error }: ParseError, index: number, errors: readonly ParseError[]): boolean {
  const before = errors[index - 1]
  if (!before || printParseErrorCode(error) !== 'CommaExpected') return true
  return printParseErrorCode(before.error) !== 'UnexpectedEndOfString'
}

function syntaxMistake(text: string, { error, offset, length }: ParseError) {
  // what is missing at the end of the file is shown after its last word, not on an empty line below
  const position = positionAt(text, Math.min(offset, text.trimEnd().length))
  const token = text.slice(offset, offset + length)
  const found =
    token === '' ? 'the end of the file' : shortened(JSON.stringify(token).slice(1, -1).replaceAll(String.raw`\"`, '"'))
  return { position, path: '', found, expected: expectations[printParseErrorCode(error)], advice: null }
}
