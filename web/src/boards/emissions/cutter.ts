// An answer that comes line by line.

/** Cut into lines as they come; what has no end yet waits for the rest. */
export class Cutter {
  private rest = ''

  take(text: string): string[] {
    const lines = (this.rest + text).split('\n')
    this.rest = lines.pop() ?? ''
    return lines.filter(Boolean)
  }
}
