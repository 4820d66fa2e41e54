/**
 * Which Received field is which expected hop's: the alignment with the fewest edits, by dynamic programming from the
 * newest hop and the top field down. The fields below the oldest aligned one cost nothing: they are claims.
 * Time and memory grow with hops x fields; fields are capped where they are read.
 */
import type { TraceField } from './fields.js'
import { hasId, type Likeness, likeness, mentions, names, type Wanted } from './likeness.js'

export interface Alignment {
  /** For each expected hop, oldest first, the number of its field; null where it has none. */
  readonly fieldOf: readonly (number | null)[]
  /** What had to be assumed; less is better. */
  readonly cost: number
}

// Costs are compared in this order; each unit is larger than all that can come together below it.
/** Ends equal alignments: fields stand at their own distance from the top. */
const displacement = 1
const maxDisplacement = 255
/** Ends equal numbers of edits: a field in doubt is better than none, a field without the journal's id is worse. */
const doubt = 2 ** 16
/** A hop without a field, a field without a hop, a field that is only half right. */
const edit = 2 ** 26
/** A hop whose copy the journal knows, but no field with its queue id. */
const unidentified = 2 ** 40

const likenessCost: Record<Exclude<Likeness, 'none' | 'unreadable'>, number> = {
  both: 0,
  one: edit + doubt,
  id: edit + doubt,
}
const mentionedCost = edit + doubt
const unmentionedCost = edit + 3 * doubt
const wrongIdCost = unidentified + 3 * doubt
const missingCost = edit + 2 * doubt

type Step = 'match' | 'skip-hop' | 'skip-field'
const steps: readonly Step[] = ['match', 'skip-hop', 'skip-field']

/** `wanted` and the answer are oldest first, `fields` newest first. */
export function align(wanted: readonly Wanted[], fields: readonly TraceField[]): Alignment {
  const table = new Table(wanted.toReversed(), fields)
  const fieldOf = wanted.map((): number | null => null)
  for (const [hop, field] of table.matches()) fieldOf[wanted.length - 1 - hop] = field
  return { fieldOf, cost: table.cost }
}

/** Row h, column f: the first h hops and the first f fields are accounted for, counted from the newest. */
class Table {
  readonly cost: number
  readonly #wanted: readonly Wanted[]
  readonly #fields: readonly TraceField[]
  readonly #width: number
  /** The step that leads to each cell. */
  readonly #taken: Uint8Array
  /** For each field the hop that it names in full. */
  readonly #named: readonly (number | null)[]
  /** For each field an edit where its MTA has named itself above as often as it is expected. */
  readonly #surplus: readonly number[]
  /** The cell of the oldest match. */
  readonly #end: { readonly hop: number; readonly field: number }

  constructor(wanted: readonly Wanted[], fields: readonly TraceField[]) {
    this.#wanted = wanted
    this.#fields = fields
    this.#width = fields.length + 1
    this.#taken = new Uint8Array((wanted.length + 1) * this.#width)
    this.#named = fields.map(field => this.#namedHop(field))
    this.#surplus = this.#surplusOf()
    const best = this.#fill()
    this.cost = best.cost
    this.#end = best
  }

  /** Pairs of hop and field, from the oldest up. */
  *matches(): Generator<readonly [number, number]> {
    let { hop, field } = this.#end
    while (hop > 0 && field > 0) {
      const step = steps[this.#taken[hop * this.#width + field] ?? 0]
      if (step === 'match') yield [hop - 1, field - 1]
      if (step !== 'skip-field') hop--
      if (step !== 'skip-hop') field--
    }
  }

  #fill() {
    const missing = this.#wanted.map(({ id }) => missingCost + (typeof id === 'string' ? unidentified : 0))
    let left = missing.reduce((sum, cost) => sum + cost, 0)
    let best = { cost: left, hop: 0, field: 0 }
    let above = this.#firstRow()
    for (const [hop, cost] of missing.entries()) {
      left -= cost
      const row = new Float64Array(this.#width)
      for (let field = 0; field < this.#width; field++) {
        const match = field === 0 ? Infinity : (above[field - 1] ?? 0) + this.#matchCost(hop, field - 1)
        row[field] = this.#take(hop + 1, field, match, (above[field] ?? 0) + cost, row[field - 1])
        // below the last match everything is a claim, and every hop that is left is missing
        const total = match + left
        if (total < best.cost) best = { cost: total, hop: hop + 1, field }
      }
      above = row
    }
    return best
  }

  #firstRow(): Float64Array {
    const row = new Float64Array(this.#width)
    for (let field = 1; field < this.#width; field++)
      row[field] = this.#take(0, field, Infinity, Infinity, row[field - 1])
    return row
  }

  /** Notes the cheapest step. Of equal ones: the newer hop keeps its field, the older one is taken for displaced. */
  #take(hop: number, field: number, match: number, skipHop: number, before: number | undefined): number {
    const skipField = before === undefined ? Infinity : before + this.#skipCost(field - 1)
    const least = Math.min(match, skipHop, skipField)
    const step: Step = least === match ? 'match' : least === skipHop ? 'skip-hop' : 'skip-field'
    this.#taken[hop * this.#width + field] = steps.indexOf(step)
    return least
  }

  #matchCost(hop: number, number: number): number {
    const wanted = this.#wanted[hop]
    const field = this.#fields[number]
    if (!wanted || !field) return Infinity
    const named = this.#named[number] ?? null
    const like = likeness(field, wanted, named !== null)
    if (like === 'none') return Infinity
    const likeCost =
      like === 'unreadable' ? (mentions(field, wanted.hop) ? mentionedCost : unmentionedCost) : likenessCost[like]
    const idCost = typeof wanted.id === 'string' && !hasId(field, wanted.id) ? wrongIdCost : 0
    const distance = Math.min(Math.abs(hop - number), maxDisplacement) * displacement
    return likeCost + idCost + distance + (named === null ? 0 : (this.#surplus[number] ?? 0))
  }

  /** A field of ours that stands elsewhere costs nothing by itself: that its hop lacks it costs already. */
  #skipCost(number: number): number {
    return (this.#named[number] ?? null) === null ? edit : (this.#surplus[number] ?? 0)
  }

  /** The first of equal hops. */
  #namedHop(field: TraceField): number | null {
    const hop = this.#wanted.findIndex(wanted => names(field, wanted.hop) === 'both')
    return hop === -1 ? null : hop
  }

  #surplusOf(): number[] {
    const left = this.#wanted.map(({ hop }) => this.#wanted.filter(other => sameMta(other, hop)).length)
    return this.#named.map(hop => {
      if (hop === null) return 0
      const times = left[hop] ?? 0
      left[hop] = times - 1
      return times > 0 ? 0 : edit
    })
  }
}

function sameMta({ hop }: Wanted, other: Wanted['hop']): boolean {
  return hop.hostname === other.hostname && hop.address === other.address
}
