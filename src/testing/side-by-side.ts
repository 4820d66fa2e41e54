/**
 * What was expected beside what was found, hop by hop, the first difference marked.
 */
import { firstNames } from '../journal/first-names.js'
import { align } from '../report/table.js'
import { quoted } from '../report/text.js'
import type { MessageVerdict } from '../check/types.js'
import { nameOf, type TravelledHop, type Way } from './way.js'

export interface Row {
  /** null where a hop more was found than expected. */
  readonly expected: string | null
  /** null where a hop fewer was. */
  readonly found: TravelledHop | null
}

/** So many rows are shown, those around the first difference. */
const mostRows = 50
const rowsBefore = 10
const mostFindings = 5
const longest = 300
const unproved = '  by what all Received fields say; with { chain } names are known, and claims do not count'

/** `mark`: the row of the first difference; null where there is none to mark. */
export function sideBySide(rows: readonly Row[], mark: number | null): string {
  const from = rows.length > mostRows ? Math.max(0, (mark ?? 0) - rowsBefore) : 0
  const shown = rows.slice(from, from + mostRows)
  const cells = shown.map(({ expected, found }, at) => [
    String(from + at + 1),
    expected ?? '—',
    found ? nameOf(found) : '—',
    found ? detailOf(found) : '',
  ])
  const lines = align([['', 'expected', 'found', ''], ...cells], [0])
  const marked = lines.map((line, at) => `${at > 0 && from + at - 1 === mark ? '✗' : ' '} ${line.join('  ')}`.trimEnd())
  const [before, after] = [from, rows.length - from - shown.length]
  return [
    ...marked.slice(0, 1),
    ...(before > 0 ? [`     … ${before} before`] : []),
    ...marked.slice(1),
    ...(after > 0 ? [`     … ${after} more`] : []),
  ].join('\n')
}

/** The hops alone; `mark` as above. */
export function listed({ hops }: Way, mark: number | null): string {
  if (hops.length === 0) return '  no hop'
  const shown = hops.slice(0, mostRows)
  const lines = align(
    shown.map((hop, at) => [String(at + 1), nameOf(hop), detailOf(hop)]),
    [0],
  )
  const more = hops.length > shown.length ? [`     … ${hops.length - shown.length} more`] : []
  return [...lines.map((line, at) => `${at === mark ? '→' : ' '} ${line.join('  ')}`.trimEnd()), ...more].join('\n')
}

/** Address and protocol, as far as the field tells and the name does not. */
function detailOf(hop: TravelledHop): string {
  const { by, received } = hop
  const where = [by.name, by.address].filter(part => part !== null && part !== nameOf(hop))
  return [where[0], where[1] === undefined ? undefined : `[${where[1]}]`, received.with?.protocol]
    .filter(part => part !== undefined)
    .join(' ')
}

/** "a > b > c", cut where it is long. */
export function inOneLine(names: readonly string[]): string {
  return names.length === 0 ? 'no hop' : quoted(names.join(' > '), longest)
}

/** What stands below a table: hops that are not believed, and what the checker found. */
export function notes({ unbelieved, verdict }: Way): string[] {
  const names = unbelieved.map(hop => quoted(nameOf(hop), 64))
  const claims = names.length > 0 ? [`  not believed: ${firstNames(names)}`] : []
  return [...claims, ...(verdict ? findingLines(verdict) : [unproved])]
}

/** Errors and warnings; notes are what an honest message may carry. */
function findingLines({ findings }: MessageVerdict): string[] {
  const told = findings.filter(({ severity }) => severity !== 'info')
  const lines = told.slice(0, mostFindings).map(({ code, position, field, message }) => {
    const where = [position === null ? [] : `hop ${position}`, field === null ? [] : `field ${field}`].flat()
    return `  ! ${code}${where.length > 0 ? ` (${where.join(', ')})` : ''}  ${quoted(message, longest)}`
  })
  return told.length > lines.length ? [...lines, `  ! and ${told.length - lines.length} more`] : lines
}
