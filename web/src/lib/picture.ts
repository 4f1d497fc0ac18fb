// A chart as a picture that can stand alone: below its title and what it is of,
// in the colours of the page.
import { tokensOf } from './chart-base'
import { fileName, save } from './export'

const MARGIN = 24
const LINE = 18
const RATIO = 2 // the chart's own pixels

/** Saves a chart's PNG with a title above it. */
export async function savePNG(chart: string, title: string, about: string[]): Promise<void> {
  const image = new Image()
  image.src = chart
  await image.decode()
  const t = tokensOf(document.documentElement)
  const head = MARGIN + 26 + about.length * LINE
  const canvas = document.createElement('canvas')
  canvas.width = image.width + 2 * MARGIN * RATIO
  canvas.height = image.height + (head + MARGIN) * RATIO
  const pen = canvas.getContext('2d')!
  pen.scale(RATIO, RATIO)
  pen.fillStyle = t.surface!
  pen.fillRect(0, 0, canvas.width, canvas.height)
  pen.fillStyle = t.text!
  pen.font = `600 16px ${t.font}`
  pen.fillText(title, MARGIN, MARGIN + 14)
  pen.fillStyle = t.text_3!
  pen.font = `12px ${t.font}`
  about.forEach((line, i) => pen.fillText(line, MARGIN, MARGIN + 36 + i * LINE))
  pen.drawImage(image, MARGIN, head, image.width / RATIO, image.height / RATIO)
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, 'image/png'))
  if (blob) save(fileName(title, about[0] ?? '') + '.png', blob)
}
