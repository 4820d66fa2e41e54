/**
 * What every report's page has to be, whatever it tells of.
 */
import { expect } from 'vitest'
import { readXml, type Xml } from '../support/xml.js'

/** Well-formed, without anything that runs or loads, its links all leading somewhere. */
export function expectSound(html: string): Xml {
  const page = readXml(html)
  const ids = page.elements.flatMap(({ attributes }) => attributes.get('id') ?? [])
  expect(new Set(ids).size).toBe(ids.length)
  for (const { name, attributes } of page.elements) {
    expect(['script', 'link', 'img', 'iframe', 'object', 'base', 'form']).not.toContain(name)
    for (const attribute of attributes.keys()) expect(attribute).not.toMatch(/^(?:on|src|action)/i)
    const target = attributes.get('href')
    if (target !== undefined) expect(ids).toContain(target.replace(/^#/, ''))
  }
  expect(html).not.toMatch(/url\(|@import|https?:/i)
  return page
}
