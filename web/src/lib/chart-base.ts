// What all charts share. ECharts is not imported here: options are built, and
// tested, before its chunk arrives.
import type { EChartsOption } from 'echarts'

/** The tokens of the place where a chart stands. */
export type Tokens = Record<string, string>

/** Reads tokens where they are used: charts have no colour of their own. */
export function tokensOf(el: Element): Tokens {
  const style = getComputedStyle(el)
  return new Proxy({}, { get: (_, name: string) => style.getPropertyValue('--' + name.replaceAll('_', '-')).trim() })
}

/** A token with transparency: #rrggbb becomes rgba(…). */
export function faint(hex: string, alpha: number): string {
  const v = Number.parseInt(hex.slice(1), 16)
  return `rgba(${v >> 16}, ${(v >> 8) & 255}, ${v & 255}, ${alpha})`
}

/** Builds a chart's option from the tokens and the width it has. */
export type Builder = (t: Tokens, width: number) => EChartsOption

export const still = () => matchMedia('(prefers-reduced-motion: reduce)').matches

/** The option that every chart begins with. */
export function base(t: Tokens, size = 12): EChartsOption {
  const text = { fontFamily: t.font!, fontSize: size }
  return {
    textStyle: { ...text, color: t.text_2! },
    animation: !still(), animationDuration: 400, animationDurationUpdate: 300,
    aria: { enabled: true },
    tooltip: {
      confine: true, backgroundColor: t.surface!, borderColor: t.line_2!, borderWidth: 1, padding: [8, 12],
      textStyle: { ...text, color: t.text! },
      extraCssText: 'box-shadow:0 6px 20px rgba(0,0,0,.16);font-variant-numeric:tabular-nums;border-radius:6px',
    },
    legend: { itemWidth: 10, itemHeight: 10, itemGap: 16, icon: 'roundRect', left: 0, top: 0, textStyle: { ...text, color: t.text_2! } },
  }
}

/** An axis of categories or time. */
export function xAxis(t: Tokens, size: number, more: object = {}): object {
  return {
    axisLine: { lineStyle: { color: t.line_2 } }, axisTick: { show: false }, splitLine: { show: false },
    axisLabel: { color: t.text_3, fontSize: size, fontFamily: t.font }, ...more,
  }
}

/** An axis of values: four hairlines and no line of its own. */
export function yAxis(t: Tokens, size: number, more: object = {}): object {
  return {
    type: 'value', splitNumber: 4, axisLine: { show: false }, axisTick: { show: false }, splitLine: { lineStyle: { color: t.line } },
    axisLabel: { color: t.text_3, fontSize: size, fontFamily: t.font },
    nameTextStyle: { color: t.text_3, fontSize: size, fontFamily: t.font, align: 'left' }, nameGap: 12, ...more,
  }
}
