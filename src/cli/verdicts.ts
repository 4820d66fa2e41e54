/**
 * Verdicts on standard output: the document, or messages as people read them. What `run`, `check` and `send --wait`
 * have in common.
 */
import type { MessageVerdict } from '../check/types.js'
import { together } from '../check/verdict.js'
import { count } from '../report/quantities.js'
import { formatMessage, formatSummary } from '../report/verdict.js'
import type { Story } from '../report/story/types.js'
import type { ExitStatus } from './exit.js'
import type { Output } from './output.js'

/**
 * Shows the verdicts on one file. Recipients of one copy went one way, and copies of one file are alike: of those that
 * pass the first one is shown and the others are counted; every one that fails, or is warned of, is shown.
 */
export function showFile(verdicts: readonly MessageVerdict[], note: string, { write, style }: Output): void {
  const passed = verdicts.filter(({ verdict }) => verdict === 'pass')
  const shown = verdicts.filter(verdict => verdict.verdict === 'fail' || verdict === passed[0] || isWarned(verdict))
  const copies = new Set(passed.map(({ path }) => path.at(-1)?.id)).size
  for (const verdict of shown) {
    const text = formatMessage(verdict, note, style)
    const others =
      verdict === passed[0] && copies > 1
        ? `\n${style.dim(`  ${count(copies - 1, 'copy', 'copies')} more the same way`)}`
        : ''
    write(`${text}${others}\n`)
  }
}

function isWarned({ findings }: MessageVerdict): boolean {
  return findings.some(({ severity }) => severity === 'warning')
}

interface Conclusion {
  readonly json?: boolean | undefined
  /** Milliseconds, null where of no interest. */
  readonly took?: number | null
  /** What the document tells of the messages' ways. */
  readonly explained?: readonly Story[] | undefined
}

/** The end of the output: the document, or the sum of what was shown. */
export function conclude(
  verdicts: readonly MessageVerdict[],
  { json = false, took = null, explained }: Conclusion,
  output: Output,
): ExitStatus {
  const verdict = together(verdicts)
  if (json) output.json(explained ? { ...verdict, explained } : verdict)
  else output.write(formatSummary(verdict, took, output.style))
  return verdict.verdict === 'pass' ? 0 : 1
}
