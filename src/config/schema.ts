/**
 * What chain.json may say: the one source of its types, defaults, descriptions and JSON Schema.
 */
import * as z from 'zod'
import { faultSchema, matchKeys, ruleKeys } from './fault-schema.js'
import {
  address,
  count,
  domain,
  exposed,
  hostname,
  mailTime,
  name,
  patterns,
  port,
  seed,
  size,
  skew,
  speed,
  stamp,
  start,
  warning,
  wireTime,
  wireTimeOrNone,
  zone,
} from './values.js'

const limitFields = {
  messageSize: size.describe('Largest message that is taken. Larger ones: 552 5.3.4.').meta({ examples: ['10MB'] }),
  recipients: count.describe('Recipients of one transaction.').meta({ examples: [100] }),
  hops: count
    .describe('Received fields that a message may have when it comes in. More: 554 5.4.6.')
    .meta({ examples: [25] }),
  connections: count.describe('Sessions open at once.').meta({ examples: [50] }),
  commandLength: size.describe('Longest command line, in octets.').meta({ examples: [512] }),
  errors: count
    .describe(
      'Error replies in one session; after them comes 421. Refused recipients count only beyond `recipients`, and 1,000.',
    )
    .meta({ examples: [5] }),
  sessionTime: wireTime.describe('How long a session may last.').meta({ examples: ['1m'] }),
  idleTime: wireTime.describe('How long a session may stay silent.').meta({ examples: ['5s'] }),
  relayConnections: count.describe('Connections to the next MTA open at once.').meta({ examples: [1] }),
  relayIdleTime: wireTimeOrNone
    .describe('An unused connection to the next MTA is closed after this time.')
    .meta({ examples: ['0s'] }),
  connectTime: wireTime
    .describe('How long connecting to the next MTA and its greeting may take.')
    .meta({ examples: ['1s'] }),
  replyTime: wireTime.describe('How long a reply of the next MTA may take.').meta({ examples: ['10s'] }),
  bounceSize: size
    .describe('A report of failure returns a larger message with its header alone.')
    .meta({ examples: ['1kB'] }),
  drainTime: wireTimeOrNone.describe('How long stopping waits for what is in flight.').meta({ examples: ['2s'] }),
}

const limitsError = 'an object with limits, as { "messageSize": "50MB" }'
const chainLimits = z
  .strictObject(
    {
      messageSize: limitFields.messageSize.prefault('50MB'),
      recipients: limitFields.recipients.prefault(1000),
      hops: limitFields.hops.prefault(100),
      connections: limitFields.connections.prefault(500),
      commandLength: limitFields.commandLength.prefault(4096),
      errors: limitFields.errors.prefault(20),
      sessionTime: limitFields.sessionTime.prefault('10m'),
      idleTime: limitFields.idleTime.prefault('60s'),
      relayConnections: limitFields.relayConnections.prefault(20),
      relayIdleTime: limitFields.relayIdleTime.prefault('10s'),
      connectTime: limitFields.connectTime.prefault('30s'),
      replyTime: limitFields.replyTime.prefault('5m'),
      bounceSize: limitFields.bounceSize.prefault('50KB'),
      drainTime: limitFields.drainTime.prefault('10s'),
    },
    limitsError,
  )
  .describe('Limits of every MTA of the chain.')
const mtaLimits = z
  .strictObject(limitFields, limitsError)
  .partial()
  .describe("This MTA's own limits; what stands here goes before the chain's.")

const waits = z.array(mailTime, 'a list of durations such as ["1m", "5m"]')
const retryFields = {
  after: waits
    .min(1, 'at least one duration')
    .describe('Waits before the second attempt, the third and so on. The last one repeats.')
    .meta({ examples: [['10s', '1m']] }),
  expire: mailTime
    .describe('A message that is still queued after this time is bounced: its sender gets a report.')
    .meta({ examples: ['1d'] }),
  probe: mailTime
    .describe(
      'A next MTA that does not answer is dialled by one message at a time, after the waits of `after`, this one at most.',
    )
    .meta({ examples: ['1h'] }),
  warn: warning.describe('The sender of a message that is still queued after this time is told of the delay, once.'),
}

const retryError = 'an object as { "after": ["1m", "5m"], "expire": "5d" }'
const chainRetry = z
  .strictObject(
    {
      after: retryFields.after.prefault(['1m', '5m', '15m', '1h', '3h']),
      expire: retryFields.expire.prefault('5d'),
      probe: retryFields.probe.prefault('15m'),
      warn: retryFields.warn.prefault('4h'),
    },
    retryError,
  )
  .describe('When an MTA tries again what was deferred.')
const mtaRetry = z
  .strictObject(retryFields, retryError)
  .partial()
  .describe("This MTA's own times; what stands here goes before the chain's.")

const journalFields = {
  size: size.describe('A larger journal file is moved aside.').meta({ examples: ['1MB'] }),
  keep: count.describe('How many files that were moved aside are kept.').meta({ examples: [1] }),
}

const chainJournal = z
  .strictObject(
    { size: journalFields.size.prefault('64MB'), keep: journalFields.keep.prefault(4) },
    'an object as { "size": "64MB", "keep": 4 }',
  )
  .describe('The journal: what each MTA really did, in the state folder.')

const clockFields = {
  start: start
    .optional()
    .describe('Where mail time begins; default: now. Later where a queue holds what was received later.'),
  speed: speed
    .prefault(1)
    .describe(
      'How many times faster mail time runs than the machine. "jump": where nothing is in flight it goes on to what is due next.',
    ),
}

const chainClock = z
  .strictObject(clockFields, 'an object as { "start": "2026-01-01T00:00:00Z", "speed": 3600 }')
  .describe(
    "Mail time: dates, retries and expiry. Default: the machine's clock. Time-outs of connections stay the machine's.",
  )

const bounces = z
  .enum(['mailbox', 'route'], '"mailbox" or "route"')
  .describe("Where reports go: into the sender's mailbox at once, or through the MTAs that follow, as other mail does.")

const mtaSchema = z
  .strictObject(
    {
      name: name.describe('What the MTA is called; unique in the chain, upper and lower case being the same.'),
      address: address.describe(
        'Where the MTA listens and from where it relays: in 127.0.0.0/8, or ::1. Anything else needs "exposed".',
      ),
      port: port.optional().describe("The MTA's own port; default: the chain's."),
      hostname: hostname.optional().describe('What it calls itself in greeting and stamp; default: <name>.<domain>.'),
      exposed: exposed
        .optional()
        .describe(
          'Allows an address that other machines can reach. Whoever reaches it can send mail through the chain.',
        ),
      recipients: patterns
        .optional()
        .describe('The recipients it takes, * standing for anything; others get 550 5.7.1. Default: every recipient.'),
      limits: mtaLimits.optional(),
      retry: mtaRetry.optional(),
      skew: skew.prefault('0s').describe('How far its clock is wrong: "90s" ahead, "-90s" behind. Its stamps show it.'),
      zone: zone.prefault('+0000').describe('The zone in which its stamps are dated.'),
      stamp: stamp.optional().describe("How this MTA's own stamps look; what stands here goes before the chain's."),
      faults: z
        .array(faultSchema, 'a list of rules as [{ "at": "rcpt", "reply": "450 4.7.1 Greylisted" }]')
        .meta({ examples: [[{ at: 'rcpt', greylist: '5m' }]] })
        .optional()
        .describe('What goes wrong at this MTA: the first rule that fits and is due fires.'),
      bounces: bounces.optional(),
    },
    'an MTA as { "name": "gateway", "address": "127.0.0.13" }',
  )
  .describe('One MTA: it takes a message over, stamps it and hands it to the next.')

const mtasError = 'a list of at least one MTA, as [{ "name": "gateway", "address": "127.0.0.13" }]'
export const defaultPort = 2525
export const defaultDomain = 'chain.test'
const defaultSeed = 1
export const chainSchema = z
  .strictObject(
    {
      $schema: z
        .string('the path or URL of a JSON Schema')
        .meta({ examples: ['./node_modules/mta-chain/chain.schema.json'] })
        .optional()
        .describe('Where an editor finds this schema.'),
      port: port.prefault(defaultPort).describe("Each MTA's port, unless it names its own. 0: a free one."),
      domain: domain.prefault(defaultDomain).describe('The domain of hostnames that are not given.'),
      mtas: z
        .array(mtaSchema, mtasError)
        .min(1, mtasError)
        .meta({ examples: [[{ name: 'gateway', address: '127.0.0.13' }]] })
        .describe('The MTAs in travel order: each relays to the next, the last one delivers.'),
      limits: chainLimits.prefault({}),
      retry: chainRetry.prefault({}),
      bounces: bounces.prefault('mailbox'),
      stamp: stamp
        .prefault('rfc5321')
        .describe(
          'How stamps look: as that program writes them, or after a template. `{field}` stands for a field, ' +
            '`{?field:text}` for a text that is there only where the field is known. Fields: helo (what the client said), ' +
            "name (the client's reverse DNS, unknown where there is none), address (the client's), hostname, ip (the MTA's), " +
            'protocol, id (the queue id), for (the recipient, where there is one alone), sender (the reverse-path, where it ' +
            'is not null), date. Lines are folded for you.',
        ),
      spool: z
        .enum(['disk', 'memory'], '"disk" or "memory"')
        .prefault('disk')
        .describe('Where queued messages are kept: on disk they survive a crash.'),
      mailbox: z
        .enum(['maildir', 'memory'], '"maildir" or "memory"')
        .prefault('maildir')
        .describe('Where the last MTA delivers.'),
      journal: chainJournal.prefault({}),
      clock: chainClock.optional(),
      seed: seed
        .prefault(defaultSeed)
        .describe('What faults leave to chance is drawn from it: the same seed gives the same run.'),
    },
    'an object as { "mtas": [{ "name": "gateway", "address": "127.0.0.13" }] }',
  )
  .meta({ title: 'chain.json', description: 'A chain of SMTP servers for mta-chain.' })

/** A configuration as it is written, in chain.json or in code. */
export type ChainInput = z.input<typeof chainSchema>
/** A configuration that was checked: units resolved, the chain's defaults filled in. */
export type CheckedChain = z.output<typeof chainSchema>

/** The keys that may stand in the object at a path. */
export function keysAt(path: readonly PropertyKey[]): readonly string[] {
  const last = path.at(-1)
  if (path.at(-2) === 'faults') return ruleKeys
  if (last === 'match') return matchKeys
  if (last === 'limits') return limitKeys
  if (last === 'retry') return retryKeys
  if (last === 'journal') return Object.keys(journalFields)
  if (last === 'clock') return clockKeys
  return Object.keys(typeof last === 'number' ? mtaSchema.shape : chainSchema.shape)
}
export const limitKeys = Object.keys(limitFields)
export const retryKeys = Object.keys(retryFields)
export const clockKeys = Object.keys(clockFields)
