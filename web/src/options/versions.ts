// The way from one version of an inventory to another, cause by cause.
import { base, faint, xAxis, yAxis, type Builder } from '@/lib/chart-base'
import { tip } from './tip'

/** One cause; its effect is in the unit of the chart. */
export interface Cause {
  name: string
  effect: number
}

/** Where bars of a waterfall stand. */
export interface Fall {
  from: number
  to: number
}

/** The steps from the first total to the last, each where the one before ended. */
export function falls(first: number, causes: Cause[]): Fall[] {
  let at = first
  return causes.map((c) => ({ from: at, to: (at += c.effect) }))
}

/**
 * Where the axis begins: at zero, unless the causes are so small beside the
 * totals that they could not be seen. A reader is told of it.
 */
export function floorOf(first: number, causes: Cause[]): number {
  const all = [first, ...falls(first, causes).map((f) => f.to)]
  const [low, high] = [Math.min(...all), Math.max(...all)]
  const range = high - low
  if (low <= 0 || range === 0 || range > low / 4) return 0
  const unit = 10 ** Math.floor(Math.log10(range))
  return Math.max(0, Math.floor((low - range * 0.5) / unit) * unit)
}

/** The waterfall: totals in the neutral colour, more in the colour of a bad verdict, less in that of a good one. */
export function waterfall(first: { name: string; value: number }, causes: Cause[], last: { name: string; value: number }, o: { unit: string; print: (v: number) => string; signed: (v: number) => string }): Builder {
  return (t, width) => {
    const narrow = width < 520
    const size = narrow ? 11 : 12
    const steps = falls(first.value, causes)
    const floor = floorOf(first.value, causes)
    const names = [first.name, ...causes.map((c) => c.name), last.name]
    const label = (i: number) => (i === 0 ? o.print(first.value) : i > causes.length ? o.print(last.value) : o.signed(causes[i - 1]!.effect))
    const low = (i: number) => (i === 0 || i > causes.length ? 0 : Math.min(steps[i - 1]!.from, steps[i - 1]!.to))
    const height = (i: number) => (i === 0 ? first.value : i > causes.length ? last.value : Math.abs(causes[i - 1]!.effect))
    const colour = (i: number) => (i === 0 || i > causes.length ? t.c_ctx! : causes[i - 1]!.effect > 0 ? t.bad! : t.good!)
    return {
      ...base(t, size),
      legend: { show: false },
      grid: { left: 4, right: 8, top: 44, bottom: 4, outerBoundsMode: 'same' },
      tooltip: { ...(base(t, size).tooltip as object), trigger: 'axis', axisPointer: { type: 'shadow' }, formatter: (list: unknown) => { const i = (list as { dataIndex: number }[])[0]?.dataIndex ?? 0; return tip(names[i]!, [{ name: o.unit, value: label(i), strong: true }]) } },
      xAxis: xAxis(t, size, { type: 'category', data: names, axisLabel: { color: t.text_2, fontSize: size, interval: 0, width: Math.max(44, width / names.length - 10), overflow: 'break' } }) as never,
      yAxis: yAxis(t, size, { name: o.unit, min: floor }) as never,
      series: [
        { type: 'bar', stack: 'all', silent: true, itemStyle: { color: 'transparent' }, data: names.map((_, i) => low(i)) },
        {
          type: 'bar', stack: 'all', barMaxWidth: 56, label: { show: true, position: 'top', color: t.text!, fontSize: size, fontFamily: t.font!, formatter: (p) => label(p.dataIndex) },
          data: names.map((_, i) => ({ value: height(i), itemStyle: { color: i === 0 || i > causes.length ? colour(i) : faint(colour(i), 0.85) } })),
        },
      ],
    }
  }
}
