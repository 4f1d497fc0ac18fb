// Which lines of a long table are drawn: those that are seen and a few around
// them, so that scrolling by a line finds them there.

export interface Window {
  first: number
  /** The line after the last one. */
  end: number
}

/** The lines between two edges of the view; lines are all of one size. */
export function windowOf(scrolled: number, view: number, size: number, count: number, around = 4): Window {
  const first = Math.max(0, Math.floor(scrolled / size) - around)
  const end = Math.min(count, Math.ceil((scrolled + view) / size) + around)
  return { first: Math.min(first, count), end: Math.max(Math.min(first, count), end) }
}

/** How far to scroll so that a line is seen; where it is seen already nothing moves. */
export function revealed(scrolled: number, view: number, size: number, line: number): number {
  const [top, bottom] = [line * size, (line + 1) * size]
  if (top < scrolled) return top
  return bottom > scrolled + view ? Math.max(0, Math.min(top, bottom - view)) : scrolled
}
