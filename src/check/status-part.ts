/**
 * What a report tells programs (RFC 3464), whoever made it: its message/delivery-status part, or the one of RFC 6533.
 */

/** One recipient of the message that is reported of. null is what the report does not tell. */
export interface ReportedRecipient {
  readonly recipient: string | null
  /** As `failed`, `delayed`; in lower case. */
  readonly action: string | null
  /** RFC 3463, as 5.1.1. */
  readonly status: string | null
  /** The MTA that said it (RFC 3464 2.3.5), without the type. */
  readonly remoteMta: string | null
  /** The type in lower case, and what was said. */
  readonly diagnostic: { readonly type: string; readonly text: string } | null
}

export interface StatusPart {
  /** The MTA that made the report (RFC 3464 2.2.2), without the type. */
  readonly reportingMta: string | null
  readonly recipients: readonly ReportedRecipient[]
}

/** null where the message has no such part: it is no report. */
export async function readStatusPart(content: Uint8Array): Promise<StatusPart | null> {
  const { simpleParser } = await import('mailparser')
  const { attachments } = await simpleParser(Buffer.from(content), { keepDeliveryStatus: true })
  const part = attachments.find(({ contentType }) => /^message\/(?:global-)?delivery-status$/i.test(contentType))
  if (!part) return null
  const [first = '', ...groups] = part.content.toString().split(/(?:\r?\n){2,}/)
  return {
    reportingMta: typed(unfoldedFields(first).get('reporting-mta'))?.text ?? null,
    recipients: groups.filter(group => group.trim() !== '').map(toRecipient),
  }
}

function toRecipient(group: string): ReportedRecipient {
  const fields = unfoldedFields(group)
  return {
    recipient: typed(fields.get('final-recipient'))?.text ?? null,
    action: fields.get('action')?.toLowerCase() ?? null,
    status: /^\d\.\d+\.\d+/.exec(fields.get('status') ?? '')?.[0] ?? null,
    remoteMta: typed(fields.get('remote-mta'))?.text ?? null,
    diagnostic: typed(fields.get('diagnostic-code')),
  }
}

/** RFC 3464 2.1.2: "dns; mx.example". */
function typed(value: string | undefined): { readonly type: string; readonly text: string } | null {
  const at = value?.indexOf(';') ?? -1
  if (value === undefined || at === -1) return null
  return { type: value.slice(0, at).trim().toLowerCase(), text: value.slice(at + 1).trim() }
}

/** By their names in lower case; of several with the same name the first. */
function unfoldedFields(text: string): ReadonlyMap<string, string> {
  const lines = text.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)
  return new Map(
    lines.toReversed().flatMap(line => {
      const [, name, value] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? []
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value.trim()] as const]
    }),
  )
}
