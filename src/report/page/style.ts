/**
 * How a report's page looks: on a wide screen, on a phone, on paper, by day and by night. No `<` and no `&` may stand
 * here: the page is XML too.
 */
import { dialogueStyle } from './style-dialogue.js'

const day =
  '--paper:#fff;--ground:#f4f5f8;--ink:#1c2330;--soft:#596273;--line:#dde1e8;--good:#17683f;--good-ground:#e4f5ec;--bad:#a81e17;--bad-ground:#fdeceb;--warn:#7d5200;--warn-ground:#fff4d9;--link:#2455b8'
const night =
  '--paper:#1a1e26;--ground:#12151b;--ink:#e6e9ef;--soft:#a0aabb;--line:#303846;--good:#6bcf9b;--good-ground:#16301f;--bad:#ff938a;--bad-ground:#3a1c1b;--warn:#f0c061;--warn-ground:#33290f;--link:#8db4ff'
const byDay = ['#2d62d3', '#c4500f', '#15803d', '#a021b0', '#0b7a75', '#be1847', '#6a3bd6', '#5b7a0a']
const byNight = ['#7aa5f7', '#f29a5c', '#5ccb85', '#dd82ea', '#4fc7c0', '#f5809f', '#b096ff', '#b3d14b']

function palette(colours: readonly string[]): string {
  return colours.map((colour, at) => `.c${at}{--own:${colour}}`).join('')
}

const layout = `
*{box-sizing:border-box;margin:0;padding:0}
html{scroll-padding-top:12px}
body{background:var(--ground);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;overflow-wrap:anywhere}
main{max-width:1120px;margin:0 auto;padding:22px 16px}
section,.top,nav{background:var(--paper);border:1px solid var(--line);border-radius:12px;padding:20px 22px;margin-bottom:18px}
h1{font-size:1.35rem;line-height:1.25;display:flex;gap:12px;align-items:center;flex-wrap:wrap}
h2{font-size:1.2rem;line-height:1.3;display:flex;gap:10px;align-items:center;flex-wrap:wrap}
h3{font-size:.95rem;margin:24px 0 8px;border-bottom:1px solid var(--line);padding-bottom:4px}
ol,ul{list-style:none}
a{color:var(--link)}
a:focus-visible,summary:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:4px}
.soft{color:var(--soft)}
.lead{color:var(--soft);margin-top:6px}
.note{color:var(--soft);font-size:13px;margin-top:8px}
.badge{font-size:.8rem;font-weight:700;letter-spacing:.04em;border-radius:6px;padding:3px 9px;border:1px solid currentColor;white-space:nowrap}
.pass{color:var(--good);background:var(--good-ground)}
.fail{color:var(--bad);background:var(--bad-ground)}
code,pre,.talk,.mono{font:13px/1.55 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.map svg{display:block;width:100%;height:auto;margin-top:16px}
.map .down{display:none;max-width:340px;margin-inline:auto}
.map text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
.map .name{font-weight:650}
.map .small{font-size:11px;fill:var(--soft)}
.map .odd{font-size:11px;fill:var(--warn)}
.map rect{fill:var(--paper);stroke:var(--line)}
.map .own{fill:var(--own);stroke:none}
.map path{fill:none;stroke:var(--soft);stroke-width:1.4}
.map .tip{fill:var(--soft);stroke:none}
.index li{display:grid;grid-template-columns:4.2rem minmax(0,1fr) auto;gap:10px;padding:7px 0;border-top:1px solid var(--line);align-items:baseline}
.index h2{margin-bottom:8px}
.findings li,.at li{border-left:4px solid var(--line);padding:5px 10px;margin-top:6px;border-radius:0 6px 6px 0;background:var(--ground)}
.findings .error,.at .error{border-color:var(--bad);background:var(--bad-ground)}
.findings .warning,.at .warning{border-color:var(--warn);background:var(--warn-ground)}
.findings b,.at b{font-weight:650}
.error b{color:var(--bad)}
.warning b{color:var(--warn)}
.differ{display:block;font-size:13px;color:var(--soft)}
.axis{display:flex;justify-content:space-between;gap:10px;margin-left:auto;width:52%;color:var(--soft);font-size:12px;font-variant-numeric:tabular-nums}
.time-row{display:grid;grid-template-columns:minmax(0,48%) minmax(0,52%);padding:7px 0;border-top:1px solid var(--line);align-items:start;break-inside:avoid}
.who{display:flex;gap:8px;align-items:baseline;padding-right:12px}
.dot{flex:none;min-width:1.5rem;height:1.5rem;border-radius:50%;background:var(--own,var(--soft));color:var(--paper);font:700 12px/1.5rem system-ui,sans-serif;text-align:center}
.lane{background:var(--ground);border-radius:4px;height:14px;position:relative;overflow:hidden;margin-top:4px}
.lane i{position:absolute;top:0;bottom:0;background:var(--own,var(--soft));border-radius:3px;min-width:4px}
.lane u{position:absolute;top:0;bottom:0;width:2px;background:var(--paper);outline:1px solid var(--bad)}
.why{font-size:13px;color:var(--warn);margin-top:2px}
.took{font-size:13px;font-variant-numeric:tabular-nums}
`

const narrow = `
@media (max-width:680px){main{padding:8px}section,.top,nav{padding:15px 13px;border-radius:9px}.map .across{display:none}.map .down{display:block}.time-row{grid-template-columns:minmax(0,1fr)}.axis{width:100%}.index li{grid-template-columns:3.6rem minmax(0,1fr)}.index .soft{grid-column:2}}
`

const paper = `
@media print{:root{${day}}${palette(byDay)}body{background:none;font-size:10.5pt}main{max-width:none;padding:0}section,.top,nav{border:0;padding:0;margin-bottom:22pt}section{break-before:auto}h2,h3,summary{break-after:avoid}details::details-content{content-visibility:visible;block-size:auto;height:auto}.dot,.lane,.lane i,.lane u,.badge,.map .own,.stamp,.findings li,.at li{print-color-adjust:exact;-webkit-print-color-adjust:exact}a{color:inherit}.opening{display:none}.map .down{display:none}.map .across{display:block}}
`

export const pageStyle = [
  `:root{${day}}${palette(byDay)}`,
  `@media (prefers-color-scheme:dark){:root{${night}}${palette(byNight)}}`,
  layout,
  dialogueStyle,
  narrow,
  paper,
].join('\n')
