/**
 * Our stamps held against the real programs: octet for octet, with the real field's own id, date and version.
 */
import { beforeAll, describe, expect, it } from 'vitest'
import { startScriptedPeer } from '../support/scripted-peer.js'
import { type Case, cases, clients, zone } from './real-mtas/cases.js'
import { courier } from './real-mtas/courier.js'
import { deliver, type Outcome } from './real-mtas/delivery.js'
import { startDns } from './real-mtas/dns.js'
import { exim } from './real-mtas/exim.js'
import { haraka } from './real-mtas/haraka.js'
import { type Place, requireRoot } from './real-mtas/installation.js'
import { freePort, startMachine } from './real-mtas/machine.js'
import { opensmtpd } from './real-mtas/opensmtpd.js'
import { postfix } from './real-mtas/postfix.js'
import type { Program } from './real-mtas/program.js'
import { sendmail } from './real-mtas/sendmail.js'
import { stamped, type Unforeseen, withOurId } from './real-mtas/stamped.js'

interface Real extends Unforeseen {
  readonly program: Program
  readonly net: string
  /** HELO names that our stamp writes as the program does; of the others only that one word may differ. */
  readonly alike: RegExp
  /** Cases that the program turns away, by what it says. */
  readonly refuses: RegExp | null
}

const asIs = (id: string): string => id
/** Ours makes a `?` of all that would leave the field out of order. */
const tame = /^(?:[\w.:-]+|\[[\w.:]+\])$/
const lively = /^(?:[\w!',.:=@-]+|\[[\w.:]+\])$/

const reals: readonly Real[] = [
  {
    program: postfix,
    net: '127.63.1',
    pattern:
      /\r\n\tby mx\.test \(Postfix\) with \w+ id (?<id>[0-9A-F]{6,14})(?:\r\n\tfor <.*>; |;\r\n\t)(?<date>.*)\r\n$/,
    idOf: asIs,
    alike: /^(?:[^[]+|\[[\w.:]+\])$/,
    refuses: null,
  },
  {
    program: exim,
    net: '127.63.2',
    pattern:
      /Exim (?<version>[\d.]+)\)\r\n(?:.*\r\n)?\tid (?<id>[\w-]{16}|[\w-]{23})(?:\r\n\tfor .*)?;\r\n\t(?<date>.*)\r\n$/,
    idOf: asIs,
    alike: lively,
    refuses: null,
  },
  {
    program: opensmtpd,
    net: '127.63.3',
    pattern: / id (?<id>[0-9a-f]{8})(?:\r\n\tfor <.*>)?;\r\n\t(?<date>.*)\r\n$/,
    // of an envelope's id it tells the message's half
    idOf: id => `${id}00000000`,
    alike: tame,
    refuses: /Invalid domain name|Unsupported option SMTPUTF8|address syntax error/,
  },
  {
    program: sendmail,
    net: '127.63.4',
    pattern:
      / \((?<version>8[\w./+-]+)\) with \w+ id (?<id>[0-9A-Za-x]{8}\d{6,})(?:\r\n\tfor <.*>; |;\r\n\t)(?<date>.*)\r\n$/,
    idOf: asIs,
    alike: tame,
    refuses: /Invalid domain name|SMTPUTF8 parameter unrecognized/,
  },
  {
    program: courier,
    net: '127.63.5',
    pattern: /\r\n {2}id (?<id>[0-9A-F]{16}\.[0-9A-F]{16}\.[0-9A-F]{8}); (?<date>.*)\r\n$/,
    idOf: asIs,
    alike: lively,
    refuses: null,
  },
  {
    program: haraka,
    net: '127.63.6',
    pattern: / \(Haraka\/(?<version>[\d.]+)\) with \w+ id (?<id>[0-9A-F-]{36}\.\d+)\r\n.*\r\n\t(?<date>.*)\r\n$/,
    idOf: asIs,
    alike: lively,
    refuses: null,
  },
]

/** Our zone has no name of another address. */
const comparable = cases.filter(({ client }) => client !== clients.forged)
const dnsAddress = '127.63.0.53'

beforeAll(async () => {
  requireRoot()
  const dns = await startDns(dnsAddress, zone)
  return () => dns.close()
})

describe.each(reals)('$program.name', real => {
  let outcomes: ReadonlyMap<Case, Outcome>
  let place: Place

  beforeAll(async () => {
    place = await placeFor(real, 'UTC')
    outcomes = await run(real, place, comparable)
  })

  it.each(comparable)('$name', sent => expectAlike(real, sent, outcomes.get(sent), place))

  it('has ids as ours are', () => {
    const fields = [...outcomes.values()].flatMap(outcome => ('field' in outcome ? [outcome.field] : []))
    for (const field of fields) expect(withOurId(real.program.name, real, field)).toMatch(real.pattern)
    expect(fields).not.toEqual([])
  })

  it('in another zone', async () => {
    const there = await placeFor(real, 'CET-1')
    const some = comparable.slice(0, 1)
    const found = await run(real, there, some)
    for (const sent of some) {
      expectAlike(real, sent, found.get(sent), there)
      expect(found.get(sent)).toMatchObject({ field: expect.stringMatching(/ \+0100(?: \(CET\))?\r\n$/) })
    }
  })
})

async function placeFor({ net }: Real, timeZone: string): Promise<Place> {
  return { hostname: 'mx.test', address: `${net}.1`, port: await freePort(), dns: dnsAddress, timeZone }
}

async function run({ program, net }: Real, place: Place, sent: readonly Case[]): Promise<ReadonlyMap<Case, Outcome>> {
  const sink = await startScriptedPeer({ host: `${net}.2`, patience: 20_000 })
  try {
    const installation = program.install(place, { address: `${net}.2`, port: sink.port })
    const machine = await startMachine(program.name, installation, place)
    try {
      return await deliver(sent, place, sink)
    } finally {
      await machine.stop()
    }
  } finally {
    await sink.close()
  }
}

function expectAlike(real: Real, sent: Case, outcome: Outcome | undefined, place: Place): void {
  if (!outcome) throw new Error('the case was not sent')
  if ('refused' in outcome) {
    expect(isOdd(sent)).toBe(true)
    expect(outcome.refused).toMatch(real.refuses ?? /^nothing$/)
    return
  }
  const ours = stamped(real.program.name, real, outcome.field, sent, place)
  const theirs = Buffer.from(outcome.field, 'latin1').toString()
  if (real.alike.test(sent.helo)) expect(ours).toBe(theirs)
  else expect(withoutHelo(ours)).toBe(withoutHelo(theirs))
}

/** A plain message that is refused is a program that is not configured as it should be. */
function isOdd({ helo, parameters, recipients }: Case): boolean {
  return !tame.test(helo) || parameters.includes('SMTPUTF8') || recipients.some(recipient => recipient.startsWith('"'))
}

/** What the client said stands in front of what is known of it; for Exim behind that. */
function withoutHelo(field: string): string {
  const masked = field.replace(/^(Received: from ).*( \((?:[\w.<>]+ )?\[[\w.:]+\]\)\r\n)/, '$1…$2')
  return masked === field ? field.replace(/([ (]helo=).*(\)\r\n)/, '$1…$2') : masked
}
