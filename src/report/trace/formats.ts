/**
 * The names of the formats that a trace can be had in, apart from what makes them.
 */
export const traceFormats = ['text', 'json', 'csv', 'mermaid', 'svg', 'html'] as const
export type TraceFormatName = (typeof traceFormats)[number]
