/**
 * What a message, a client or a server said can do no harm in a report's page.
 */
import { describe, expect, it } from 'vitest'
import { readXml } from '../../support/xml.js'
import { expectSound } from '../sound-page.js'
import { chainOf, pageOf, refusing, tell } from '../telling.js'

const to = ['b@example.test']
const envelope = { from: 'a@example.test', to: 'b@example.test' }

describe('what a message brings', () => {
  const evil = [
    'Subject: <script>alert(1)</script></style></title>\u202Eevil\u001B[31m ]]> <!-- &amp; &#x3c;b>',
    'X-"onload="x\' : \u0001\u007F\u0085',
    'Received: from <script>alert(2)</script> (</pre> [192.0.2.1]) by "</style>" with ESMTP; Tue, 24 Nov 2026 10:00:00 +0000',
    `X-Long: ${'y'.repeat(20_000)}`,
    ...Array.from({ length: 500 }, (_, at) => `X-Many-${at}: z`),
  ]
  const content = Buffer.from(`${evil.join('\r\n')}\r\n\r\n<script>body</script>\r\n`)

  it('stays text: nothing of it becomes markup', async () => {
    const chain = await chainOf([{}, refusing('450 4.2.0 <script>"\' & </details>', { first: 1 })])
    const html = pageOf(chain, [await tell(chain, { envelope, content, to })])
    const page = expectSound(html)
    expect(page.text).toContain('Subject: <script>alert(1)</script></style></title>\\x202eevil\\x1b[31m ]]> <!-- &amp;')
    expect(page.text).toContain('from <script>alert(2)</script> (</pre> [192.0.2.1])')
    expect(page.text).toContain('450 4.2.0 <script>"\' & </details>')
    expect(html).not.toContain('<script')
    expect(html.match(/<\/style>/g)).toHaveLength(1)
    expect(html).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202A-\u202E\u2066-\u2069]/)
  })

  it('is cut where it is huge, and says so', async () => {
    const chain = await chainOf()
    const html = pageOf(chain, [await tell(chain, { envelope, content, to })])
    const { text } = readXml(html)
    expect(html.length).toBeLessThan(150_000)
    expect(text).toMatch(/… 16,\d{3} octets more/)
    expect(text).toMatch(/\d{3} more fields further down are not shown/)
  })

  it('is shown as it stands where it is not ASCII', async () => {
    const chain = await chainOf()
    const latin = Buffer.from('Subject: caf\u00E9\r\n\r\n', 'latin1')
    const utf8 = Buffer.from('Subject: \u05E9\u05DC\u05D5\u05DD \u53D7\u4FE1\r\n\r\n')
    expect(readXml(pageOf(chain, [await tell(chain, { envelope, content: latin, to })])).text).toContain('café')
    const other = await chainOf()
    const { text } = readXml(pageOf(other, [await tell(other, { envelope, content: utf8, to })]))
    expect(text).toContain('שלום 受信')
  })
})
