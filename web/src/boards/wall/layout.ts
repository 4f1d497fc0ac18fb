// Walls differ in shape, and a picture that is stretched to fit one lies. Each
// shape has a layout of its own of the same panels, 1080 units high: a wall of
// 2160 lines shows it twice as large.

export type PanelName = 'hero' | 'months' | 'supply' | 'mine' | 'gas' | 'plan' | 'rates' | 'events'

/** A column of panels; a width or a height of 0 takes what is left. */
export interface Column {
  width: number
  panels: { name: PanelName; height: number }[]
}

export interface Layout {
  name: string
  width: number
  height: number
  columns: Column[]
}

const column = (width: number, ...panels: [PanelName, number][]): Column => ({ width, panels: panels.map(([name, height]) => ({ name, height })) })

const single: Layout = {
  name: '1920x1080', width: 1920, height: 1080,
  columns: [column(456, ['hero', 384], ['months', 0], ['supply', 270]), column(0, ['mine', 0], ['gas', 310]), column(456, ['plan', 0], ['rates', 152], ['events', 334])],
}

/** Three screens by two, 5760×2160, shown at twice its size. */
const broad: Layout = {
  name: '5760x2160', width: 2880, height: 1080,
  columns: [
    column(470, ['hero', 400], ['plan', 0]), column(600, ['months', 0], ['gas', 480]),
    column(0, ['mine', 0]), column(520, ['supply', 330], ['rates', 152], ['events', 0]),
  ],
}

/** Two screens side by side. */
const panorama: Layout = {
  name: '3840x1080', width: 3840, height: 1080,
  columns: [
    column(500, ['hero', 400], ['plan', 0]), column(720, ['months', 0], ['supply', 400]), column(0, ['mine', 0]),
    column(760, ['gas', 0]), column(500, ['rates', 160], ['events', 0]),
  ],
}

export const layouts = [single, broad, panorama]

/** On a phone the wall is a page that scrolls: nobody reads a wall of 390 pixels. */
export const narrow = 700

/** The size in a text such as 3840x1080. */
export function sizeOf(text: string): { width: number; height: number } | undefined {
  const m = /^(\d{3,5})x(\d{3,5})$/.exec(text)
  return m ? { width: Number(m[1]), height: Number(m[2]) } : undefined
}

/** The layout whose shape is nearest to a wall's. */
export function layoutOf(width: number, height: number): Layout {
  const far = (l: Layout) => Math.abs(Math.log((l.width / l.height) / (width / height)))
  return layouts.reduce((best, l) => (far(l) < far(best) ? l : best))
}

/** How a layout stands in a window: the canvas in its own units, and the scale. */
export interface Stage {
  width: number
  height: number
  scale: number
}

/**
 * Fits a layout into a window. To fit leaves bars at the sides; to fill lets the
 * canvas grow in the one direction that has room, and cuts off or distorts nothing.
 */
export function stageOf(l: Layout, width: number, height: number, fill: boolean): Stage {
  const scale = Math.min(width / l.width, height / l.height)
  return fill ? { width: Math.round(width / scale), height: Math.round(height / scale), scale } : { width: l.width, height: l.height, scale }
}
